#!/usr/bin/env python3
"""Writes the blocks of tape file N (from 0) of a cartridge file to standard output: cartridge-file.py FILE N"""
import struct
import sys


def lz4(packed):
    """One block of LZ4."""
    block, at = bytearray(), 0

    def length(nibble):
        nonlocal at
        total = nibble
        while nibble == 15 or (total > 15 and nibble == 255):
            nibble = packed[at]
            at += 1
            total += nibble
            if nibble != 255:
                break
        return total

    while at < len(packed):
        token = packed[at]
        at += 1
        literals = length(token >> 4)
        block += packed[at:at + literals]
        at += literals
        if at >= len(packed):
            break
        back = packed[at] | packed[at + 1] << 8
        at += 2
        for _ in range(length(token & 15) + 4):
            block.append(block[-back])
    return bytes(block)


with open(sys.argv[1], "rb") as tape:
    wanted = int(sys.argv[2])
    slots = [tape.read(4096) for _ in range(2)]
    intact = [s for s in slots if s[:8] == b"CAPSTAPE" and s[8:10] == b"\1\0"]
    if not intact:
        sys.exit("not a cartridge file")
    newest = max(intact, key=lambda s: struct.unpack_from("<Q", s, 16))
    first, _, _, _, _, count = struct.unpack_from("<6Q", newest, 512)
    tape.seek(first)
    for number in range(count):
        header = tape.read(64)
        if len(header) < 64 or header[:4] != b"CREC" or header[5] not in (0, 2):
            sys.exit(f"object {number}: damaged, cut off or encoded")
        kind, encoding, _, _, file, _, length = struct.unpack_from("<BBHQQII", header, 4)
        if file > wanted:
            break
        if file == wanted and kind == 1:
            stored = tape.read(length)
            sys.stdout.buffer.write(lz4(stored) if encoding == 2 else stored)
        else:
            tape.seek(length, 1)
