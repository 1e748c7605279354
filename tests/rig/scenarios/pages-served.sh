# What the served drive tells of itself, before sg_logs, sg_vpd and sg_inq and before our own decoders.
# timeout: 150
. tests/rig/served.sh
load_scsi; load_tcmu
says() { local wanted=$1 out; shift; out=$("$@" 2>&1) || { printf '%s\n' "$out"; return 1; }; printf '%s\n' "$out"; grep -q -- "$wanted" <<<"$out"; }
check 'library made' capstan library create t --cartridges 2 --capacity 300M
check 'drive appears' serve_drive t
N=$SERVED_NST
export CAPSTAN_DRIVE=$SERVED_SG
sg_turs "$SERVED_SG" >/dev/null 2>&1

# Something to count: 5 MB written, 3 MB of them read.
head -c 5000000 /dev/urandom >"$RIG_TMP/data"
check 'written' dd if="$RIG_TMP/data" of="$N" bs=100000
mt -f "$N" rewind
check 'read' dd if="$N" of=/dev/null bs=100000 count=30

# Every page that sg_logs finds, without a complaint.
sg_logs --list "$SERVED_SG" >"$RIG_TMP/list" 2>&1
pages=$(grep -o '^ *0x[0-9a-f][0-9a-f]' "$RIG_TMP/list" | tr -d ' ')
check 'sg_logs lists 25 pages' eval '[ "$(wc -w <<<"$pages")" = 25 ]'
# Each page as bytes, read in one row: reading anything counts nothing here.
for page in $pages; do
    sg_logs -p "$page" --raw "$SERVED_SG" >"$RIG_TMP/page-${page#0x}.bin" 2>>"$RIG_TMP/raw.err" || echo "page $page: status $?" >>"$RIG_TMP/raw.err"
done
check 'each page is given' eval '! [ -s "$RIG_TMP/raw.err" ] || { cat "$RIG_TMP/raw.err"; false; }'
clean() { local out; out=$("$@" 2>&1) || { printf '%s\n' "$out"; return 1; }; printf '%s\n' "$out"; ! grep -qE 'badly formed|truncated by|strange|unexpected|too short|shorter|expected at least' <<<"$out"; }
check 'sg_logs -a complains of nothing' clean sg_logs -a "$SERVED_SG"
check 'sg_logs -A: the subpages' sg_logs -A "$SERVED_SG"
check 'sg_logs: 5 MB written' says 'Lifetime megabytes written: 5$' sg_logs -p 0x17 "$SERVED_SG"
check 'sg_logs: 3 MB read' says 'Lifetime megabytes read: 3$' sg_logs -p 0x17 "$SERVED_SG"
check 'sg_logs: the cartridge' says 'Volume barcode: CAP001L9' sg_logs -p 0x17 "$SERVED_SG"
check 'sg_logs: bytes of writes' says 'Total bytes processed = 5000000' sg_logs -p 2 "$SERVED_SG"
check 'sg_logs: temperature' says 'Current temperature = 25 C' sg_logs -t "$SERVED_SG"
check 'sg_logs: what it does' says 'DT device activity: No DT device activity' sg_logs -p 0x11 "$SERVED_SG"

# The same through our decoders: values by parameter.
capstan drive log --all --output-format json >"$RIG_TMP/log.json" 2>"$RIG_TMP/log.err"
for page in $pages; do
    capstan drive log --in "$RIG_TMP/page-${page#0x}.bin" --vendor IBM --output-format json >"$RIG_TMP/in-${page#0x}.json" 2>&1 || echo "page $page" >>"$RIG_TMP/in.err"
done
check 'capstan drive log --in decodes what sg_logs saved' eval '! [ -s "$RIG_TMP/in.err" ]'
cat >"$RIG_TMP/compare.py" <<'PYTHON'
import json, os, re, subprocess, sys
work, pages = sys.argv[1], sys.argv[2:]
drive = {(p["page"], p["subpage"]): p for p in json.load(open(work + "/log.json"))["pages"]}
bad = 0
def fail(text):
    global bad
    bad += 1
    print(text)
changing = {0x14: {2}}
for page in pages:
    code = int(page, 16)
    name = work + "/in-" + page[2:] + ".json"
    saved = json.load(open(name))["pages"][0]
    asked = drive.get((code, 0))
    if code == 0: continue
    if asked is None:
        fail("page %s is not in drive log --all" % page)
        continue
    keep = lambda p: [(q["code"], q["hex"]) for q in p["parameters"] if q["code"] not in changing.get(code, ())]
    if keep(saved) != keep(asked): fail("page %s: %s is not %s" % (page, keep(saved), keep(asked)))
    if saved["truncated"]: fail("page %s is cut off" % page)
    # Numbers that sg_logs prints, in its order, against ours of the same page.
    out = subprocess.run(["sg_logs", "--in=" + work + "/page-" + page[2:] + ".bin", "--raw", "--pdt=1"], capture_output=True, text=True).stdout
    theirs = [int(m.group(1)) for m in re.finditer(r"[:=] (\d+)(?: MB| GB)?$", out, re.M)]
    if code in (0x02, 0x03, 0x06, 0x30, 0x31):
        ours = [int(p["value"]) for p in saved["parameters"]]
        if theirs != ours: fail("page %s: sg_logs says %s, we %s" % (page, theirs, ours))
        else: print("page %s: %d numbers agree" % (page, len(ours)))
    if code == 0x2e:
        ours = [int(bool(p["value"])) for p in saved["parameters"]]
        if theirs != ours: fail("page 2e: sg_logs says %s, we %s" % (theirs, ours))
        else: print("page 2e: %d flags agree" % len(ours))
sys.exit(1 if bad else 0)
PYTHON
if command -v python3 >/dev/null; then
    # shellcheck disable=SC2086 # a list of words
    check 'sg_logs and capstan agree on every page' python3 "$RIG_TMP/compare.py" "$RIG_TMP" $pages
else
    skip 'agreement' 'there is no python3'
fi

# Vital product data.
check 'sg_inq' says 'Product identification: ULT3580-TD9' sg_inq "$SERVED_SG"
check 'sg_vpd -a' sg_vpd -a "$SERVED_SG"
for page in 0x00 0x80 0x83 0x86 0xb0 0xb1 0xb2 0xb5 0xc0; do
    check "sg_vpd of $page" sg_vpd -p "$page" "$SERVED_SG"
done
check 'sg_vpd: checksums of blocks' says 'method: 2, info_len: 4, LBP_W_C=1, LBP_R_C=1' sg_vpd -p lbpro "$SERVED_SG"
check 'sg_vpd: TapeAlert flags' says '03h: 1' sg_vpd -p tas "$SERVED_SG"
check 'capstan drive inquiry' says 'CRC32C' capstan drive inquiry
sg_inq -p 0x83 -HHH "$SERVED_SG" >"$RIG_TMP/di.hex" 2>/dev/null
check 'what sg_inq saved is decoded' says 'T10 vendor identification' capstan drive inquiry --in "$RIG_TMP/di.hex"

# TapeAlert: raised by a refused write, read by sg_logs, which clears it in the drive, and kept by us.
check 'no alerts' says 'no alerts' capstan drive alerts
check 'out' mt -f "$N" offline
check 'stops' stop_served
check 'protected' capstan library protect CAP001L9 --device virtual:t
check 'appears again' serve_drive t --cartridge CAP001L9
export CAPSTAN_DRIVE=$SERVED_SG
sg_turs "$SERVED_SG" >/dev/null 2>&1
check_status 'weof on a protected tape' 4 capstan drive weof
check 'the alert is told' says 'write protect' capstan drive alerts
check 'sg_logs sees it' says 'Write protect: 1' sg_logs -p ta "$SERVED_SG"
check 'and has cleared it' says 'Write protect: 0' sg_logs -p ta "$SERVED_SG"
check 'it is not lost' says 'was set' capstan drive alerts
check 'until it is cleared' says 'forgot 1 flag' capstan drive alerts --clear
check 'then it is' says 'no alerts' capstan drive alerts

# Counters that can be reset, by sg_logs and by us; raw.
check 'sg_logs resets' sg_logs --reset --select -p 0xc "$SERVED_SG"
check 'capstan resets' capstan drive log 02 --reset
check 'raw' says 'GOOD' capstan drive raw 12 01 80 00 ff 00 --in 255
check_status 'raw: refused' 6 capstan drive raw 12 01 99 00 ff 00 --in 255
check_status 'raw: impossible' 2 capstan drive raw 12 01 99
check_status 'a page that is not there' 6 capstan drive log 3d
check 'stops at last' stop_served
