//! The names that the server answers to.
//!
//! A page of another site can make a browser send requests here under that site's name (DNS rebinding).
//! The Host header gives it away.

use crate::prefix::Prefix;
use std::fmt;
use std::net::IpAddr;

/// Where people reach the server, when that is not the address it listens on: `https://lab.example:8443/valleyscope`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    /// Whether it is reached through https.
    pub secure: bool,
    /// Name and, where it is not the scheme's own, port.
    pub authority: String,
    /// The path under which it is there.
    pub prefix: Prefix,
}

impl std::str::FromStr for Public {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || {
            format!(
                "\"{text}\" is not an address such as https://lab.example, https://lab.example/valleyscope or http://10.0.0.5:8080"
            )
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(refuse)?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let secure = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(refuse()),
        };
        let authority = authority.to_ascii_lowercase();
        if host_of(&authority).is_none() || authority.contains(['?', '#', '@', ' ']) {
            return Err(refuse());
        }
        let prefix = path
            .parse()
            .map_err(|why| format!("\"{text}\" cannot be the server's address: {why}"))?;
        Ok(Self {
            secure,
            authority,
            prefix,
        })
    }
}

/// Every name that a request's Host may have.
#[derive(Clone, Debug, Default)]
pub struct Names {
    allowed: Vec<String>,
    public: Option<Public>,
}

impl Names {
    /// Loopback, `host` if it names one place, and the public address.
    pub fn new(host: &str, public: Option<Public>) -> Self {
        let mut allowed = vec![host.to_ascii_lowercase()];
        allowed.extend(
            public
                .as_ref()
                .and_then(|public| host_of(&public.authority)),
        );
        Self { allowed, public }
    }

    /// Whether requests may be for this Host.
    pub fn answers_to(&self, authority: &str) -> bool {
        host_of(&authority.to_ascii_lowercase())
            .is_some_and(|host| is_loopback(&host) || self.allowed.contains(&host))
    }

    /// Whether a page of this origin is one of ours: the page at the request's own Host, or at the public address.
    pub fn is_own(&self, origin: &str, authority: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        let Some((scheme, rest)) = origin.split_once("://") else {
            return false;
        };
        let public = self.public.as_ref().is_some_and(|public| {
            public.authority == rest && scheme == if public.secure { "https" } else { "http" }
        });
        // Browsers leave out the port only where it is the scheme's own, in both headers alike.
        public || (matches!(scheme, "http" | "https") && rest == authority.to_ascii_lowercase())
    }

    /// The path under which the server is reached.
    pub fn prefix(&self) -> Prefix {
        let public = self.public.as_ref();
        public
            .map(|public| public.prefix.clone())
            .unwrap_or_default()
    }

    /// The name of the session's cookie. Browsers keep one jar for all ports of a host, so the port is in the name;
    /// and a path gets the cookies of the paths above it, so the prefix is in the name too.
    pub fn cookie(&self, authority: &str) -> String {
        let authority = authority.to_ascii_lowercase();
        // A proxy may leave the port out of the Host that it hands on.
        let public = self.public.as_ref().map(|public| public.authority.as_str());
        let public = public.filter(|public| host_of(public) == host_of(&authority));
        let port = port_of(&authority).or_else(|| public.and_then(port_of));
        let port = port.map(|port| format!("-{port}")).unwrap_or_default();
        let prefix = self.prefix().as_str().replace('/', ".");
        format!("valleyscope{port}{prefix}")
    }

    /// Whether cookies may only travel through https, where the request does not tell.
    pub fn is_secure(&self) -> bool {
        self.public.as_ref().is_some_and(|public| public.secure)
    }
}

impl fmt::Display for Names {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("localhost, 127.0.0.1, [::1]")?;
        let more = self.allowed.iter().filter(|name| !is_loopback(name));
        for name in more.filter(|name| !is_any(name)) {
            write!(formatter, ", {name}")?;
        }
        Ok(())
    }
}

/// Whether an address stands for all of this machine's, so that nobody asks for it.
fn is_any(host: &str) -> bool {
    host.parse::<IpAddr>()
        .is_ok_and(|address| address.is_unspecified())
}

/// The port of `host:port` or `[v6]:port`, where there is one.
fn port_of(authority: &str) -> Option<u16> {
    let (_, port) = authority.rsplit_once(':')?;
    port.parse().ok()
}

/// The host of `host:port`, `[v6]:port` or either without a port; without brackets.
fn host_of(authority: &str) -> Option<String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            (host, after.strip_prefix(':').unwrap_or(after))
        }
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    let sound = !host.is_empty() && (port.is_empty() || port.parse::<u16>().is_ok());
    sound.then(|| host.to_owned())
}

/// Whether a name or address is this very machine.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_given_names_are_answered_to() {
        let names = Names::new("192.168.1.5", "https://lab.example:8443".parse().ok());
        for own in [
            "localhost:8080",
            "127.0.0.1",
            "[::1]:8080",
            "192.168.1.5:8080",
            "LAB.example:8443",
            "127.0.0.2:1",
        ] {
            assert!(names.answers_to(own), "{own}");
        }
        for foreign in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "192.168.1.6",
            "",
            ":80",
            "localhost:x",
            "[::2]",
        ] {
            assert!(!names.answers_to(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_page_on_another_port_of_this_machine_is_not_our_page() {
        let names = Names::new("127.0.0.1", None);
        assert!(names.is_own("http://localhost:8080", "localhost:8080"));
        assert!(!names.is_own("http://localhost:3000", "localhost:8080"));
        assert!(!names.is_own("null", "localhost:8080"));
        assert!(!names.is_own("http://localhost:8080.evil.example", "localhost:8080"));
    }

    #[test]
    fn every_port_has_its_own_cookie() {
        let names = Names::new("127.0.0.1", "https://lab.example:8443".parse().ok());
        for (authority, cookie) in [
            ("localhost:8080", "valleyscope-8080"),
            ("localhost:8081", "valleyscope-8081"),
            ("[::1]:8080", "valleyscope-8080"),
            ("[::1]", "valleyscope"),
            ("localhost", "valleyscope"),
            ("LAB.example:8443", "valleyscope-8443"),
            ("lab.example", "valleyscope-8443"),
        ] {
            assert_eq!(names.cookie(authority), cookie, "{authority}");
        }
    }

    #[test]
    fn the_names_that_are_answered_to_can_be_told() {
        let told = |host, public: &str| Names::new(host, public.parse().ok()).to_string();
        let local = "localhost, 127.0.0.1, [::1]";
        assert_eq!(told("127.0.0.1", ""), local);
        assert_eq!(told("0.0.0.0", ""), local);
        assert_eq!(
            told("192.168.1.5", "https://lab.example:8443"),
            format!("{local}, 192.168.1.5, lab.example")
        );
    }

    #[test]
    fn two_servers_under_one_host_have_cookies_of_their_own() {
        let names = |public: &str| Names::new("127.0.0.1", public.parse().ok());
        for (public, cookie) in [
            ("https://lab.example", "valleyscope"),
            ("https://lab.example/one", "valleyscope.one"),
            ("https://lab.example/one/two", "valleyscope.one.two"),
            ("https://lab.example:8443/one", "valleyscope-8443.one"),
        ] {
            assert_eq!(names(public).cookie("lab.example"), cookie, "{public}");
        }
    }

    #[test]
    fn a_public_address_has_a_scheme_and_may_have_a_path() {
        for (text, path) in [
            ("https://lab.example", ""),
            ("https://LAB.example/", ""),
            ("https://lab.example/Valley/", "/Valley"),
        ] {
            let public: Public = text.parse().unwrap();
            assert_eq!(public.authority, "lab.example");
            assert_eq!(public.prefix.as_str(), path);
        }
        for wrong in [
            "lab.example",
            "ftp://lab.example",
            "https://lab.example/x?y",
            "https://lab.example/api",
            "https://",
            "https://a b",
        ] {
            assert!(wrong.parse::<Public>().is_err(), "{wrong}");
        }
    }
}
