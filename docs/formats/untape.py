# One tape file of Capstan on stdin, what it holds (a tar archive, or a manifest's JSON lines) on stdout; see tape.md.
import sys
for n in range(1 << 32):
    b = sys.stdin.buffer.read(262144)
    if b[:8].hex() != "dcbdafcaeba0a528" or b[12:16] != n.to_bytes(4, "little") or len(b) != 262144:
        sys.exit(f"untape: block {n} is missing, or it is not block {n} of a Capstan tape file")
    skip = 0 if n else 48 + int.from_bytes(b[56:60], "little")
    sys.stdout.buffer.write(b[16 + skip:16 + int.from_bytes(b[9:12], "little")])
    if b[8] & 1:
        sys.exit("untape: the writer stopped here, what follows was never saved" if b[8] & 2 else 0)
