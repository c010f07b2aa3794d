//! The records of `PeerRecords` in Java, byte for byte: the drawing of them is there.

pub const KEY_LENGTH: usize = 16;
pub const VALUE_LENGTH: usize = 100;

const UNIQUE_LENGTH: usize = 48;
const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";

#[derive(Clone, Copy)]
pub struct Records {
    offset: u64,
    is_sequential: bool,
}

impl Records {
    pub fn random(seed: u64) -> Records {
        Records { offset: seed.wrapping_mul(GOLDEN_GAMMA), is_sequential: false }
    }

    pub fn sequential(seed: u64) -> Records {
        Records { offset: seed.wrapping_mul(GOLDEN_GAMMA), is_sequential: true }
    }

    pub fn key(&self, number: u64) -> [u8; KEY_LENGTH] {
        let mut key = [0; KEY_LENGTH];
        let mut rest = if self.is_sequential { number } else { self.mixed(number) };
        for digit in key.iter_mut().rev() {
            if self.is_sequential {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            } else {
                *digit = HEX_DIGITS[(rest & 0xf) as usize];
                rest >>= 4;
            }
        }
        key
    }

    pub fn value(&self, number: u64) -> [u8; VALUE_LENGTH] {
        let mut value = [0; VALUE_LENGTH];
        let mut state = self.mixed(number);
        for i in (0..UNIQUE_LENGTH).step_by(8) {
            state = state.wrapping_add(GOLDEN_GAMMA);
            value[i..i + 8].copy_from_slice(&mix(state).to_le_bytes());
        }
        value.copy_within(0..UNIQUE_LENGTH, UNIQUE_LENGTH);
        value.copy_within(0..VALUE_LENGTH - 2 * UNIQUE_LENGTH, 2 * UNIQUE_LENGTH);
        value
    }

    pub fn is_value_of(&self, number: u64, value: &[u8]) -> bool {
        value.len() == VALUE_LENGTH
            && value[..8] == mix(self.mixed(number).wrapping_add(GOLDEN_GAMMA)).to_le_bytes()
    }

    fn mixed(&self, number: u64) -> u64 {
        mix(number.wrapping_add(self.offset))
    }
}

fn mix(word: u64) -> u64 {
    let mut mixed = word;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Any numbers, for the order of reads.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(mix(seed))
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN_GAMMA);
        ((mix(self.0) as u128 * bound as u128) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The same figures stand in PeerRecordsTest.
    #[test]
    fn makes_the_records_that_java_makes() {
        assert_eq!(b"0000000000000012", &Records::sequential(1).key(12));
        assert_eq!(b"943ff9fc99de8f03", &Records::random(1).key(12));
        let value = Records::random(1).value(12);
        assert_eq!(0xab04_5a5c_ef4d_68f7_11e9_20c0_2b55_f63d, u128::from_be_bytes(value[..16].try_into().unwrap()));
        assert!(Records::random(1).is_value_of(12, &value));
        assert_eq!(value[0..48], value[48..96]);
        assert_eq!(value[0..4], value[96..100]);
    }
}
