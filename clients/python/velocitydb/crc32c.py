"""CRC-32C (Castagnoli), the checksum of a frame, which the standard library does not have.

Reflected polynomial 0x82F63B78, initial value and final XOR 0xFFFFFFFF. Short input is taken eight bytes at a time through
tables, at some ten million bytes a second. Longer input is first folded: its front half, moved by the length of the rest, is
XORed into the rest, which changes nothing about the remainder and halves what is left. Folding works on whole halves at once
with ``bytes.translate`` and the XOR of large integers, so it runs at the speed of C.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import List, Tuple, Union

Buffer = Union[bytes, bytearray, memoryview]

_POLYNOMIAL = 0x82F63B78
_MASK = 0xFFFFFFFF

# Below this many bytes the tables are faster than folding.
_FOLD_FROM = 2048
_FOLD_UNTIL = 512


def _make_tables() -> Tuple[Tuple[int, ...], ...]:
    first: List[int] = []
    for byte in range(256):
        remainder = byte
        for _ in range(8):
            remainder = (remainder >> 1) ^ (_POLYNOMIAL if remainder & 1 else 0)
        first.append(remainder)
    tables = [tuple(first)]
    for _ in range(7):
        last = tables[-1]
        tables.append(tuple((value >> 8) ^ first[value & 0xFF] for value in last))
    return tuple(tables)


_TABLES = _make_tables()
_WORDS = struct.Struct("<II")


def crc32c(*parts: Buffer) -> int:
    """The checksum over all parts, as one run of bytes."""
    state = _MASK
    for part in parts:
        state = _update(state, part)
    return state ^ _MASK


def _update(state: int, part: Buffer) -> int:
    data = memoryview(part).cast("B")
    if len(data) >= _FOLD_FROM:
        return _update_by_folding(state, data)
    return _update_by_tables(state, data)


def _update_by_tables(state: int, data: memoryview) -> int:
    t0, t1, t2, t3, t4, t5, t6, t7 = _TABLES
    whole = len(data) & ~7
    for low, high in _WORDS.iter_unpack(data[:whole]):
        low ^= state
        state = (t7[low & 0xFF] ^ t6[low >> 8 & 0xFF] ^ t5[low >> 16 & 0xFF] ^ t4[low >> 24]
                 ^ t3[high & 0xFF] ^ t2[high >> 8 & 0xFF] ^ t1[high >> 16 & 0xFF] ^ t0[high >> 24])
    for byte in data[whole:]:
        state = (state >> 8) ^ t0[(state ^ byte) & 0xFF]
    return state


def _update_by_folding(state: int, data: memoryview) -> int:
    # The state is XORed into the first four bytes, as each byte-wise step would do it; from there on it starts at zero.
    # Zero bytes in front of that change nothing, so the length is filled up to a power of two words from the front.
    head = bytes(a ^ b for a, b in zip(data[:4], struct.pack("<I", state)))
    words = (len(data) + 3) // 4
    capacity = 1 << (words - 1).bit_length()
    filled = bytes(capacity * 4 - len(data)) + head + bytes(data[4:])
    # Four planes: plane i has the byte i of each word, so that a plane can be translated as a whole.
    planes = [filled[i::4] for i in range(4)]
    while capacity * 4 > _FOLD_UNTIL:
        capacity //= 2
        planes = _fold(planes, capacity)
    folded = bytearray(capacity * 4)
    for i in range(4):
        folded[i::4] = planes[i]
    return _update_by_tables(0, memoryview(folded))


def _fold(planes: List[bytes], half: int) -> List[bytes]:
    tables = _shift_tables(half)
    front = [plane[:half] for plane in planes]
    folded: List[bytes] = []
    for output in range(4):
        sum_of = int.from_bytes(planes[output][half:], "little")
        for source in range(4):
            sum_of ^= int.from_bytes(front[source].translate(tables[source][output]), "little")
        folded.append(sum_of.to_bytes(half, "little"))
    return folded


@lru_cache(maxsize=None)
def _shift_tables(words: int) -> Tuple[Tuple[bytes, ...], ...]:
    """What each byte of a word becomes, byte by byte, where its word is moved on by so many words."""
    tables: List[Tuple[bytes, ...]] = []
    for source in range(4):
        moved = [_shift(byte << 8 * source, words) for byte in _POWERS]
        values: List[int] = [0] * 256
        for byte in range(1, 256):
            # The move is linear: a byte is its lowest bit and the rest.
            lowest = byte & -byte
            values[byte] = values[byte ^ lowest] ^ moved[lowest.bit_length() - 1]
        tables.append(tuple(bytes(value >> 8 * output & 0xFF for value in values) for output in range(4)))
    return tuple(tables)


_POWERS = (1, 2, 4, 8, 16, 32, 64, 128)


def _shift(word: int, words: int) -> int:
    """The word times x^(32 * words) modulo the polynomial."""
    return _multiply(word, _power_of_x(32 * words))


def _multiply(a: int, b: int) -> int:
    # Reflected: bit 31 is x^0.
    product = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = (b >> 1) ^ (_POLYNOMIAL if b & 1 else 0)
    return product


@lru_cache(maxsize=None)
def _power_of_x(exponent: int) -> int:
    if exponent == 0:
        return 1 << 31
    if exponent == 1:
        return 1 << 30
    half = _power_of_x(exponent // 2)
    square = _multiply(half, half)
    return _multiply(square, 1 << 30) if exponent & 1 else square
