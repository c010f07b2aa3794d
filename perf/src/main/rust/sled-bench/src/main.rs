//! Measures Sled as `org.velocitydb.perf.peers.PeerProcess` measures the other stores: the same options, the same works,
//! the same JSON lines.

mod measure;
mod records;
mod works;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

pub struct Settings {
    pub works: Vec<String>,
    pub directory: PathBuf,
    pub record_count: u64,
    pub small_record_count: u64,
    pub duration: Duration,
    pub warm_up: Duration,
    pub seed: u64,
    pub batch_count: u64,
    pub scan_count: usize,
    pub thread_count: usize,
}

impl Settings {
    fn parse() -> Settings {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let options: HashMap<&str, &str> =
            arguments.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        let text = |name: &str| *options.get(name).unwrap_or_else(|| panic!("option is missing: name={name}"));
        let number = |name: &str| {
            text(name).parse::<u64>().unwrap_or_else(|_| panic!("no number: name={name}, value={}", text(name)))
        };
        let seconds = |name: &str| {
            Duration::from_secs_f64(
                text(name).parse().unwrap_or_else(|_| panic!("no number: name={name}, value={}", text(name))),
            )
        };
        Settings {
            works: text("--works").split(',').map(str::to_string).collect(),
            directory: PathBuf::from(text("--directory")),
            record_count: number("--records"),
            small_record_count: number("--small-records"),
            duration: seconds("--seconds"),
            warm_up: seconds("--warm-up-seconds"),
            seed: number("--seed"),
            batch_count: number("--batch"),
            scan_count: number("--scan-length") as usize,
            thread_count: number("--threads") as usize,
        }
    }

    pub fn has(&self, work: &str) -> bool {
        self.works.iter().any(|asked| asked == work)
    }
}

fn main() {
    works::run(&Settings::parse());
}
