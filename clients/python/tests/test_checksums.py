"""CRC-32C and Ed25519 against the examples of their RFCs."""

from __future__ import annotations

import random
import unittest

from velocitydb import crc32c as crc32c_module
from velocitydb import ed25519
from velocitydb.crc32c import crc32c

# RFC 3720, appendix B.4, and the check value of the polynomial's catalogue entry.
_CRC_EXAMPLES = (
    (bytes(32), 0x8A9136AA),
    (b"\xff" * 32, 0x62A8AB43),
    (bytes(range(32)), 0x46DD794E),
    (bytes(range(31, -1, -1)), 0x113FDB5C),
    (bytes.fromhex(
        "01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
        "0200000000000000"), 0xD9963A56),
    (b"123456789", 0xE3069283),
    (b"", 0),
)

# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
_SIGNATURES = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
     "655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
     "b00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
     "c027beceea1ec40a"),
)


class Crc32cTest(unittest.TestCase):
    def test_should_agree_with_the_examples_of_rfc_3720(self) -> None:
        for data, expected in _CRC_EXAMPLES:
            self.assertEqual(expected, crc32c(data), data.hex())

    def test_should_take_parts_as_one_run(self) -> None:
        data = random.Random(1).getrandbits(8 * 10_000).to_bytes(10_000, "little")
        for cut in (0, 1, 7, 12, 2047, 2048, 5000, 10_000):
            self.assertEqual(crc32c(data), crc32c(data[:cut], memoryview(data)[cut:]), cut)

    def test_should_fold_long_input_to_what_the_tables_say(self) -> None:
        source = random.Random(2)
        for length in (2048, 2049, 2050, 2051, 4095, 4096, 4097, 65_535, 65_536, 100_001):
            data = source.getrandbits(8 * length).to_bytes(length, "little")
            by_tables = crc32c_module._update_by_tables(0xFFFFFFFF, memoryview(data)) ^ 0xFFFFFFFF
            self.assertEqual(by_tables, crc32c(data), length)


class Ed25519Test(unittest.TestCase):
    def test_should_accept_the_signatures_of_rfc_8032(self) -> None:
        for key, message, signature in _SIGNATURES:
            self.assertTrue(ed25519.verify(*(bytes.fromhex(x) for x in (key, signature, message))), key)

    def test_should_refuse_a_signature_with_a_flipped_bit(self) -> None:
        key, message, signature = (bytes.fromhex(x) for x in _SIGNATURES[2])
        for bit in (0, 100, 255, 256, 400, 511):
            flipped = (int.from_bytes(signature, "little") ^ 1 << bit).to_bytes(64, "little")
            self.assertFalse(ed25519.verify(key, flipped, message), bit)
        self.assertFalse(ed25519.verify(key, signature, message + b"\0"))

    def test_should_refuse_a_signature_whose_number_is_not_reduced(self) -> None:
        key, message, signature = (bytes.fromhex(x) for x in _SIGNATURES[0])
        raised = int.from_bytes(signature[32:], "little") + 2 ** 252 + 27742317777372353535851937790883648493
        self.assertFalse(ed25519.verify(key, signature[:32] + raised.to_bytes(32, "little"), message))

    def test_should_refuse_what_is_no_key_or_no_signature(self) -> None:
        key, message, signature = (bytes.fromhex(x) for x in _SIGNATURES[0])
        self.assertFalse(ed25519.verify(key[:31], signature, message))
        self.assertFalse(ed25519.verify(key, signature[:63], message))
        self.assertFalse(ed25519.verify(b"\xff" * 32, signature, message))
        # y = 2 is on no point of the curve.
        self.assertFalse(ed25519.verify(b"\x02" + bytes(31), signature, message))


if __name__ == "__main__":
    unittest.main()
