//! Ctrl-C asks once; what was computed is kept. The second time ends the program.

use valleyscope_shared::runner::Cancel;

/// Sets `cancel` at the first Ctrl-C.
pub fn at_interrupt(cancel: &Cancel) {
    let cancel = cancel.clone();
    let listen = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        else {
            return;
        };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                eprintln!("stopping after this step; press Ctrl-C again to stop at once");
                cancel.cancel();
            }
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
    };
    if let Err(error) = std::thread::Builder::new()
        .name("interrupt".to_owned())
        .spawn(listen)
    {
        tracing::warn!(%error, "Ctrl-C will stop at once, without keeping anything");
    }
}
