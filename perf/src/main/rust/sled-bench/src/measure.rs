//! Timing of calls, memory and disk space, in the same way as the classes `Timing`, `ProcessMemory` and `Directories`.

use hdrhistogram::Histogram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LATENCY_MAX_NS: u64 = 600_000_000_000;
const SETTLE_INTERVAL: Duration = Duration::from_millis(250);
const SETTLE_LOOK_COUNT: u32 = 6;
const SETTLE_LOOK_COUNT_MAX: u32 = 480;
/// Of one core.
const IDLE_SHARE: f64 = 0.1;
/// Of the times in /proc/self/stat, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

pub struct Timing {
    pub operations: u64,
    pub elapsed: Duration,
    pub latency_ns: Histogram<u64>,
}

impl Timing {
    pub fn new() -> Timing {
        let latency_ns = Histogram::new_with_bounds(1, LATENCY_MAX_NS, 3).expect("bounds of the histogram");
        Timing { operations: 0, elapsed: Duration::ZERO, latency_ns }
    }

    pub fn once(elapsed: Duration) -> Timing {
        let mut timing = Timing { operations: 1, elapsed, ..Timing::new() };
        timing.record(elapsed);
        timing
    }

    fn record(&mut self, latency: Duration) {
        self.latency_ns.saturating_record((latency.as_nanos() as u64).max(1));
    }

    /// The clock is read once for each call.
    fn run(is_enough: impl Fn(u64, Duration) -> bool, mut operation: impl FnMut(u64)) -> Timing {
        let mut timing = Timing::new();
        let start = Instant::now();
        let mut before = start;
        while !is_enough(timing.operations, before - start) {
            operation(timing.operations);
            let now = Instant::now();
            timing.record(now - before);
            before = now;
            timing.operations += 1;
        }
        timing.elapsed = before - start;
        timing
    }

    pub fn for_time(duration: Duration, operation: impl FnMut(u64)) -> Timing {
        Timing::run(|_, elapsed| elapsed >= duration, operation)
    }

    pub fn times(count: u64, operation: impl FnMut(u64)) -> Timing {
        Timing::run(|operations, _| operations >= count, operation)
    }

    /// Takes in what another thread did at the same time.
    pub fn add(&mut self, other: &Timing) {
        self.operations += other.operations;
        self.elapsed = self.elapsed.max(other.elapsed);
        self.latency_ns.add(&other.latency_ns).expect("histograms have the same bounds");
    }
}

#[derive(Clone, Copy)]
pub struct Memory {
    resident_bytes: i64,
    anonymous_bytes: i64,
}

impl Memory {
    pub fn read() -> Memory {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bytes = |name: &str| {
            status
                .lines()
                .find(|line| line.starts_with(name))
                .and_then(|line| line.split_whitespace().nth(1)?.parse::<i64>().ok())
                .unwrap_or(0)
                * 1024
        };
        Memory { resident_bytes: bytes("VmRSS:"), anonymous_bytes: bytes("RssAnon:") }
    }

    pub fn minus(self, other: Memory) -> Memory {
        Memory {
            resident_bytes: self.resident_bytes - other.resident_bytes,
            anonymous_bytes: self.anonymous_bytes - other.anonymous_bytes,
        }
    }
}

fn disk_bytes(directory: &Path) -> u64 {
    let output = Command::new("du").arg("-sk").arg(directory).stderr(Stdio::null()).output().expect("du runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let kib: u64 = text.split_whitespace().next().and_then(|word| word.parse().ok()).expect("du prints KiB");
    kib * 1024
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets, which may hold blanks, user and system time are the 12th and 13th words.
    let words: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |index: usize| words.get(index).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / TICKS_PER_SECOND
}

/// Waits until the store's space does not change and this process uses next to no processor time.
pub fn await_settled(directory: &Path) {
    let mut bytes_before = 0;
    let mut quiet_count = 0;
    for _ in 0..SETTLE_LOOK_COUNT_MAX {
        let cpu_before = cpu_seconds();
        std::thread::sleep(SETTLE_INTERVAL);
        let share = (cpu_seconds() - cpu_before) / SETTLE_INTERVAL.as_secs_f64();
        let bytes_now = disk_bytes(directory);
        quiet_count = if bytes_now == bytes_before && share < IDLE_SHARE { quiet_count + 1 } else { 0 };
        bytes_before = bytes_now;
        if quiet_count == SETTLE_LOOK_COUNT {
            return;
        }
    }
}

pub fn report(work: &str, timing: &Timing, memory: Memory, directory: &Path) {
    let histogram = &timing.latency_ns;
    println!(
        "{{\"system\":\"sled\",\"work\":\"{}\",\"operations\":{},\"elapsedNs\":{},\"p50Ns\":{},\"p99Ns\":{},\
         \"p999Ns\":{},\"maxNs\":{},\"residentBytes\":{},\"anonymousBytes\":{},\"diskBytes\":{}}}",
        work,
        timing.operations,
        timing.elapsed.as_nanos(),
        histogram.value_at_quantile(0.5),
        histogram.value_at_quantile(0.99),
        histogram.value_at_quantile(0.999),
        histogram.max(),
        memory.resident_bytes,
        memory.anonymous_bytes,
        disk_bytes(directory)
    );
}
