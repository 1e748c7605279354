#!/usr/bin/env python3
"""Writes the blocks of tape file N (from 0) of a cartridge file to standard output: cartridge-file.py FILE N"""
import struct
import sys

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
        if len(header) < 64 or header[:4] != b"CREC" or header[5] != 0:
            sys.exit(f"object {number}: damaged, cut off or encoded")
        kind, _, _, _, file, _, length = struct.unpack_from("<BBHQQII", header, 4)
        if file > wanted:
            break
        if file == wanted and kind == 1:
            sys.stdout.buffer.write(tape.read(length))
        else:
            tape.seek(length, 1)
