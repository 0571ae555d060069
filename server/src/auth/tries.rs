//! Wrong tokens, counted by the address that they come from.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::Extensions;
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;

/// Tries in a row before one must wait.
const TRIES: NonZeroU32 = NonZeroU32::MIN.saturating_add(7);
/// Further tries, evenly over a minute.
const PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(11);
/// From so many addresses on, those whose time is over are forgotten.
const MANY: usize = 10_000;

/// The wrong tokens of late, whichever door they were tried at.
pub struct Tries(DefaultKeyedRateLimiter<IpAddr>);

impl Default for Tries {
    fn default() -> Self {
        let quota = Quota::per_minute(PER_MINUTE).allow_burst(TRIES);
        Self(RateLimiter::keyed(quota))
    }
}

impl Tries {
    /// Counts a wrong token.
    ///
    /// # Errors
    /// The seconds to wait, where there were too many.
    pub fn failed(&self, peer: Peer) -> Result<(), u64> {
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        let counted = self.0.check_key(&peer.0);
        counted.map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }
}

/// Who asks, as far as tries are counted; behind a proxy that is one for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(IpAddr);

impl Peer {
    /// The address at the other end of a request's connection.
    pub fn of(extensions: &Extensions) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        Self::at(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()))
    }

    /// A host has a whole network of addresses of version 6, so they count as one.
    fn at(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(six) => {
                let network = six.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
            four => four,
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Peer {
        Peer::at(address.parse().unwrap())
    }

    #[test]
    fn a_host_has_many_addresses_and_one_count() {
        assert_eq!(peer("2001:db8:1:2::3"), peer("2001:db8:1:2:ffff::4"));
        assert_ne!(peer("2001:db8:1:2::3"), peer("2001:db8:1:3::3"));
        assert_eq!(peer("::ffff:10.0.0.1"), peer("10.0.0.1"));
        assert_ne!(peer("10.0.0.1"), peer("10.0.0.2"));
    }

    #[test]
    fn the_first_wrong_tokens_are_free_and_each_address_has_its_own() {
        let tries = Tries::default();
        for _ in 0..TRIES.get() {
            assert_eq!(tries.failed(peer("10.0.0.1")), Ok(()));
        }
        let wait = tries.failed(peer("10.0.0.1")).unwrap_err();
        assert!((1..=6).contains(&wait), "{wait}");
        assert_eq!(tries.failed(peer("10.0.0.2")), Ok(()));
    }
}
