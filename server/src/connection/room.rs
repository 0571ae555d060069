//! Who is connected: so many at a time, the silent ones giving way.

use crate::store::lock;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// Room for a number of connections.
pub struct Room {
    most: usize,
    most_of_address: usize,
    inside: Mutex<Inside>,
    left: Notify,
}

#[derive(Default)]
struct Inside {
    connections: HashMap<u64, Connection>,
    /// Counts everything that happens, so that earlier is less.
    clock: u64,
}

struct Connection {
    address: IpAddr,
    state: State,
    go: Arc<Notify>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No request is under way, since then.
    Silent(u64),
    Busy,
}

impl Room {
    /// Room for `most`, of which one address may keep `most_of_address` busy.
    pub fn new(most: usize, most_of_address: usize) -> Self {
        Self {
            most,
            most_of_address,
            inside: Mutex::default(),
            left: Notify::new(),
        }
    }

    /// A place for one more. Where there is none, the one that has been silent longest goes; nothing when all are busy.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let mut inside = lock(&self.inside);
        let of_address = |connection: &Connection| connection.address == address;
        let there = inside.connections.values();
        if there.filter(|one| of_address(one)).count() >= self.most_of_address
            && !inside.send_away(of_address)
        {
            return None;
        }
        if inside.connections.len() >= self.most && !inside.send_away(|_| true) {
            return None;
        }
        let id = inside.tick();
        let go = Arc::new(Notify::new());
        let connection = Connection {
            address,
            state: State::Silent(id),
            go: go.clone(),
        };
        inside.connections.insert(id, connection);
        Some(Place {
            room: self.clone(),
            id,
            go,
        })
    }

    /// Asks everyone to go: the silent at once, the busy when they are done.
    pub fn close(&self) {
        for connection in lock(&self.inside).connections.values() {
            connection.go.notify_one();
        }
    }

    /// Waits until nobody is left.
    pub async fn emptied(&self) {
        loop {
            let left = self.left.notified();
            if lock(&self.inside).connections.is_empty() {
                return;
            }
            left.await;
        }
    }

    fn set(&self, id: u64, state: impl FnOnce(&mut Inside) -> State) {
        let mut inside = lock(&self.inside);
        let state = state(&mut inside);
        // One that was sent away is no longer there.
        if let Some(connection) = inside.connections.get_mut(&id) {
            connection.state = state;
        }
    }
}

impl Inside {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// Sends the one away that has been silent longest. Whether there was one.
    fn send_away(&mut self, among: impl Fn(&Connection) -> bool) -> bool {
        let silent =
            self.connections
                .iter()
                .filter_map(|(id, connection)| match connection.state {
                    State::Silent(since) if among(connection) => Some((since, *id)),
                    _ => None,
                });
        let Some((_, id)) = silent.min() else {
            return false;
        };
        if let Some(connection) = self.connections.remove(&id) {
            connection.go.notify_one();
        }
        true
    }
}

/// The place of one connection, free again when this is dropped.
pub struct Place {
    room: Arc<Room>,
    id: u64,
    go: Arc<Notify>,
}

impl Place {
    /// A request is under way, as long as this is held.
    pub fn busy(self: &Arc<Self>) -> Busy {
        self.room.set(self.id, |_| State::Busy);
        Busy {
            place: self.clone(),
            for_good: false,
        }
    }

    /// Whether a request is under way; not so for one that was sent away.
    pub fn is_busy(&self) -> bool {
        let inside = lock(&self.room.inside);
        let connection = inside.connections.get(&self.id);
        connection.is_some_and(|connection| connection.state == State::Busy)
    }

    /// Waits to be asked to go.
    pub async fn asked_to_go(&self) {
        self.go.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.room.inside).connections.remove(&self.id);
        self.room.left.notify_waiters();
    }
}

/// See [`Place::busy`].
pub struct Busy {
    place: Arc<Place>,
    for_good: bool,
}

impl Busy {
    /// The connection has become something else, such as a websocket, and stays busy until it ends.
    pub fn for_good(mut self) {
        self.for_good = true;
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if !self.for_good {
            self.place
                .room
                .set(self.place.id, |inside| State::Silent(inside.tick()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn address(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, last))
    }

    fn has_to_go(place: &Place) -> bool {
        !lock(&place.room.inside).connections.contains_key(&place.id)
    }

    #[test]
    fn the_longest_silent_makes_room_and_the_busy_stay() {
        let room = Arc::new(Room::new(3, 3));
        let enter = |last| room.enter(address(last)).map(Arc::new);
        let (first, second, third) = (enter(1).unwrap(), enter(2).unwrap(), enter(3).unwrap());
        let _busy = first.busy();
        // The second has been silent since it came, the third since its request ended.
        drop(third.busy());
        let _fourth = enter(4).unwrap();
        assert!(has_to_go(&second) && !has_to_go(&third) && !has_to_go(&first));
        let busy = [third.busy(), _fourth.busy()];
        assert!(enter(5).is_none());
        drop(busy);
        assert!(enter(5).is_some());
    }

    #[test]
    fn an_address_makes_room_among_its_own() {
        let room = Arc::new(Room::new(10, 2));
        let enter = |last| room.enter(address(last)).map(Arc::new);
        let (other, first, second) = (enter(9).unwrap(), enter(1).unwrap(), enter(1).unwrap());
        let third = enter(1).unwrap();
        assert!(has_to_go(&first) && !has_to_go(&other));
        let _busy = (second.busy(), third.busy());
        assert!(enter(1).is_none() && enter(2).is_some());
    }

    #[test]
    fn a_websocket_stays_busy_until_it_is_gone() {
        let room = Arc::new(Room::new(1, 1));
        let place = Arc::new(room.enter(address(1)).unwrap());
        place.busy().for_good();
        assert!(place.is_busy() && room.enter(address(2)).is_none());
        drop(place);
        assert!(room.enter(address(2)).is_some());
    }
}
