from __future__ import annotations

import struct

import numpy as np

from kb.vectors import decode, decode_all, encode


def test_format_is_little_endian_32_bit_floats():
    assert encode(np.array([1.0, -0.5], np.float32)) == struct.pack("<2f", 1.0, -0.5)


def test_decode_gives_back_what_was_encoded():
    vector = np.array([0.1, 0.2, 0.3], np.float32)
    assert decode(encode(vector)).tolist() == vector.tolist()


def test_decode_all_gives_a_row_each():
    blobs = [struct.pack("<2f", 1, 2), struct.pack("<2f", 3, 4)]
    assert decode_all(blobs, 2).tolist() == [[1, 2], [3, 4]]
    assert decode_all([], 2).shape == (0, 2)
