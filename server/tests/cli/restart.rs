//! The server is stopped in every way there is, with runs that compute and runs that wait.

use crate::program::{Program, Server, spec};
use crate::resume::ended;
use std::time::{Duration, Instant};

/// One run that computes and three that wait; their ids.
fn busy(server: &Server) -> Vec<String> {
    let mut ids = vec![server.create(&spec(512, 60))];
    ids.extend((0..3).map(|_| server.create(&spec(8, 2))));
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.run(&ids[0])["done"].as_u64() < Some(64) {
        assert!(Instant::now() < deadline, "the run does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    ids
}

/// The first is interrupted, the others are done in their order.
fn goes_on(program: &Program, ids: &[String]) {
    let server = program.serve(&[]);
    assert_eq!(server.run(&ids[0])["phase"], "interrupted");
    let mut started = Vec::new();
    for id in &ids[1..] {
        let run = ended(&server, id);
        assert_eq!(run["phase"], "finished", "{run}");
        started.push(run["started_ms"].as_u64().unwrap());
    }
    assert!(started.is_sorted(), "{started:?}");
}

#[test]
fn what_waits_waits_again_after_every_end_of_the_server() {
    let program = Program::new();
    for end in ["TERM", "HUP", "INT", "KILL"] {
        let mut server = program.serve(&[]);
        let ids = busy(&server);
        let asked = Instant::now();
        server.signal(end);
        let status = server.gone();
        assert_eq!(status.success(), end != "KILL", "{end}: {status}");
        assert!(asked.elapsed() < Duration::from_secs(12), "{end}");
        goes_on(&program, &ids);
    }
}

/// `nohup` says that the end of the terminal is not to concern the server.
#[cfg(target_os = "linux")]
#[test]
fn under_nohup_the_end_of_the_terminal_does_not_concern_it() {
    let program = Program::new();
    let mut server = program.serve_under(&["nohup"]);
    let id = server.create(&spec(8, 2));
    server.signal("HUP");
    assert_eq!(ended(&server, &id)["phase"], "finished");
    assert!(server.terminate().success());
}
