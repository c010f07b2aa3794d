//! The works, as `FilledWorks`, `FillWorks`, `DurableWorks` and `SmallWorks` do them.

use crate::measure::{await_settled, report, Memory, Timing};
use crate::records::{Random, Records};
use crate::Settings;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// All pages stay in the cache.
const CACHE_BYTES: u64 = 2 * 1024 * 1024 * 1024;
const WARM_UP_SHARE: u64 = 10;

pub fn run(settings: &Settings) {
    match settings.works[0].as_str() {
        "get-found" | "get-missing" | "scan" | "get-beside-put" | "put-beside-get" => filled(settings),
        "put-random" | "disk-space" | "reopen" | "put-sequential" | "put-batch" => fill(settings),
        "durable-1" | "durable-64" | "durable-async" => durable(settings),
        "small-space" | "small-put" | "small-get" => small(settings),
        other => panic!("no work of this program: work={other}"),
    }
}

fn open(directory: &Path) -> sled::Db {
    sled::Config::new()
        .path(directory)
        .cache_capacity(CACHE_BYTES)
        // For rate rather than for space, as its documentation offers the choice.
        .mode(sled::Mode::HighThroughput)
        .use_compression(false)
        .open()
        .expect("the store opens")
}

fn put(db: &sled::Db, records: Records, number: u64) {
    db.insert(records.key(number), records.value(number).as_slice()).expect("put");
}

fn put_batch(db: &sled::Db, records: Records, first: u64, count: u64) {
    let mut batch = sled::Batch::default();
    for number in first..first + count {
        batch.insert(records.key(number).as_slice(), records.value(number).as_slice());
    }
    db.apply_batch(batch).expect("batch");
}

fn put_batches(db: &sled::Db, records: Records, record_count: u64, batch_count: u64) -> Timing {
    let calls = record_count.div_ceil(batch_count);
    let mut timing = Timing::times(calls, |index| {
        let first = index * batch_count;
        put_batch(db, records, first, batch_count.min(record_count - first));
    });
    timing.operations = record_count;
    timing
}

fn get(db: &sled::Db, records: Records, number: u64, value: &mut Vec<u8>) {
    let found = db.get(records.key(number)).expect("get").expect("the record is there");
    // Into memory of the caller, as the other stores have to.
    value.clear();
    value.extend_from_slice(&found);
    assert!(records.is_value_of(number, value), "wrong answer: record={number}");
}

fn get_missing(db: &sled::Db, records: Records, number: u64) {
    assert!(db.get(records.key(number)).expect("get").is_none(), "found what is not there: record={number}");
}

fn scan(db: &sled::Db, records: Records, number: u64, limit: usize, output: &mut Vec<u8>) {
    output.clear();
    let mut is_first = true;
    for entry in db.range(records.key(number)..).take(limit) {
        let (key, value) = entry.expect("scan");
        assert!(!is_first || records.is_value_of(number, &value), "wrong scan: record={number}");
        is_first = false;
        output.extend_from_slice(&key);
        output.extend_from_slice(&value);
    }
    assert!(!is_first, "empty scan: record={number}");
}

fn measure(settings: &Settings, work: &str, directory: &Path, mut operation: impl FnMut(u64)) {
    if settings.has(work) {
        Timing::for_time(settings.warm_up, &mut operation);
        report(work, &Timing::for_time(settings.duration, &mut operation), Memory::read(), directory);
    }
}

fn filled(settings: &Settings) {
    let directory = settings.directory.join("store");
    let records = Records::random(settings.seed);
    let count = settings.record_count;
    let mut random = Random::new(settings.seed);
    let mut output = Vec::new();
    let db = open(&directory);
    put_batches(&db, records, count, settings.batch_count);
    await_settled(&directory);
    Timing::times(count, |number| get(&db, records, number, &mut output));
    measure(settings, "get-found", &directory, |_| get(&db, records, random.below(count), &mut output));
    measure(settings, "get-missing", &directory, |_| get_missing(&db, records, count + random.below(count)));
    measure(settings, "scan", &directory, |_| {
        scan(&db, records, random.below(count), settings.scan_count, &mut output)
    });
    if settings.has("get-beside-put") || settings.has("put-beside-get") {
        beside(settings, &db, settings.warm_up);
        let (reads, writes) = beside(settings, &db, settings.duration);
        for (work, timing) in [("get-beside-put", reads), ("put-beside-get", writes)] {
            if settings.has(work) {
                report(work, &timing, Memory::read(), &directory);
            }
        }
    }
}

fn beside(settings: &Settings, db: &sled::Db, duration: Duration) -> (Timing, Timing) {
    let records = Records::random(settings.seed);
    let count = settings.record_count;
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut random = Random::new(settings.seed + 1);
            let mut output = Vec::new();
            Timing::for_time(duration, |_| get(db, records, random.below(count), &mut output))
        });
        let writer = scope.spawn(|| {
            let mut random = Random::new(settings.seed + 2);
            Timing::for_time(duration, |_| put(db, records, random.below(count)))
        });
        (reader.join().expect("reader"), writer.join().expect("writer"))
    })
}

fn fill(settings: &Settings) {
    let directory = settings.directory.join("store");
    let is_sequential = settings.has("put-sequential");
    let is_batch = settings.has("put-batch");
    let records = if is_sequential { Records::sequential(settings.seed) } else { Records::random(settings.seed) };
    let put_all = |db: &sled::Db, count: u64| {
        if is_batch {
            put_batches(db, records, count, settings.batch_count)
        } else {
            Timing::times(count, |number| put(db, records, number))
        }
    };

    let warm_up_directory = settings.directory.join("warm-up");
    put_all(&open(&warm_up_directory), (settings.record_count / WARM_UP_SHARE).max(1));
    std::fs::remove_dir_all(&warm_up_directory).expect("the directory can be deleted");

    let db = open(&directory);
    let timing = put_all(&db, settings.record_count);
    for work in ["put-random", "put-sequential", "put-batch"] {
        if settings.has(work) {
            report(work, &timing, Memory::read(), &directory);
        }
    }
    if is_sequential || is_batch {
        return;
    }
    await_settled(&directory);
    drop(db);
    if settings.has("disk-space") {
        report("disk-space", &Timing::new(), Memory::read(), &directory);
    }
    if settings.has("reopen") {
        let start = Instant::now();
        let reopened = open(&directory);
        get(&reopened, records, 0, &mut Vec::new());
        report("reopen", &Timing::once(start.elapsed()), Memory::read(), &directory);
    }
}

fn durable(settings: &Settings) {
    let directory = settings.directory.join("store");
    let records = Records::random(settings.seed);
    let next_number = AtomicU64::new(0);
    let db = open(&directory);
    let on_threads = |thread_count: usize, duration: Duration| {
        let start = Barrier::new(thread_count);
        let mut total = Timing::new();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..thread_count)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        Timing::for_time(duration, |_| {
                            put(&db, records, next_number.fetch_add(1, Ordering::Relaxed));
                            // Forces the log; one call serves all puts before it, whoever made them.
                            db.flush().expect("flush");
                        })
                    })
                })
                .collect();
            for thread in threads {
                total.add(&thread.join().expect("writer"));
            }
        });
        total
    };
    for (work, thread_count) in [("durable-1", 1), ("durable-64", settings.thread_count)] {
        if settings.has(work) {
            on_threads(thread_count, settings.warm_up);
            report(work, &on_threads(thread_count, settings.duration), Memory::read(), &directory);
        }
    }
}

fn small(settings: &Settings) {
    let directory = settings.directory.join("store");
    let records = Records::random(settings.seed);
    let count = settings.small_record_count;
    let mut random = Random::new(settings.seed);
    let mut output = Vec::new();
    let db = open(&directory);
    for number in 0..count {
        get_missing(&db, records, count + number);
    }
    let empty = Memory::read();
    for number in 0..count {
        put(&db, records, number);
    }
    for number in 0..count {
        get(&db, records, number, &mut output);
    }
    await_settled(&directory);
    if settings.has("small-space") {
        report("small-space", &Timing::new(), Memory::read().minus(empty), &directory);
    }
    measure(settings, "small-put", &directory, |_| put(&db, records, random.below(count)));
    measure(settings, "small-get", &directory, |_| get(&db, records, random.below(count), &mut output));
}
