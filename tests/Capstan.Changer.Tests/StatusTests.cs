using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Changer.Tests;

/// <summary>What is where, of changers of all kinds.</summary>
public sealed class StatusTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_captured_changer()
    {
        using Rig rig = Rig.Opened(
            Rig.Capture("changer-status-type4-voltag"), Rig.Capture("changer-status-type2-voltag"), Rig.Capture("changer-status-type3-voltag"),
            Rig.Capture("changer-status-type1-voltag"), Rig.Capture("changer-status-drives-dvcid"));
        rig.Changer.Identity.ShouldBe(new ChangerIdentity("STK", "L700", "0108", "XYZZY_A"));
        LibraryStatus status = rig.Changer.ReadStatus();
        rig.ShouldBeDone();

        status.Slots.Select(slot => (slot.Number, (int)slot.Address, slot.Barcode)).ShouldBe(
            [(1, 1000, "E01001L8"), (2, 1001, "E01002L8"), (3, 1002, null), (4, 1003, "F01004L5"), (5, 1004, null), (6, 1005, "CLN101L8"), (7, 1006, null), (8, 1007, null)]);
        status.MailSlots.Select(slot => (slot.Number, (int)slot.Address)).ShouldBe([(9, 10), (10, 11)]);
        status.Drives.Select(drive => (drive.Number, (int)drive.Address, drive.Barcode, (int?)drive.Source, drive.Device?.SerialNumber)).ShouldBe(
            [(0, 500, "E01003L8", 1002, "XYZZY_A1"), (1, 501, "F01005L5", 1004, "XYZZY_A2")]);
        status.Hands.ShouldHaveSingleItem().IsFull.ShouldBeFalse();
        status.Place(6)!.IsCleaning.ShouldBeTrue();
        status.Place(10)!.Name.ShouldBe("mail slot 10");
        status.Place(11).ShouldBeNull();
        status.Place(0).ShouldBeNull();
        status.Find("e01003l8").ShouldHaveSingleItem().Name.ShouldBe("drive 0");
        status.Find("F01004").ShouldHaveSingleItem().Name.ShouldBe("slot 4");
        status.Find("F0100").ShouldBeEmpty();
        status.Remarks.ShouldBeEmpty();
    }

    /// <summary>By type, with labels, at most 1000 elements, a length in two bytes; identifiers of the drives alone, without labels.</summary>
    [Fact]
    public void What_is_asked()
    {
        using Rig rig = Rig.Opened(
            Rig.Capture("changer-status-type4-voltag"), Rig.Capture("changer-status-type2-voltag"), Rig.Capture("changer-status-type3-voltag"),
            Rig.Capture("changer-status-type1-voltag"), Rig.Capture("changer-status-drives-dvcid"));
        rig.Changer.ReadStatus();
        rig.Sent.Select(static cdb => cdb[..14]).ShouldBe(["B81401F4000200", "B81203E8000800", "B813000A000200", "B8110001000100", "B80401F4000201"]);
        rig.Sent.ShouldAllBe(cdb => cdb.Substring(14, 2) == "00");
    }

    /// <summary>tgt 1.0.85 counts eight bytes too few, and sends no more: its last element ends behind the label.</summary>
    [Theory]
    [InlineData(60, true)]
    [InlineData(59, false)]
    public void The_last_element_of_a_short_answer_counts_as_far_as_it_is_known(int length, bool isKnown)
    {
        string directory = _directory.File("library");
        VirtualLibrary.Create(directory, new LibraryOptions { CartridgeCount = 2, Changer = VirtualChangerModel.Find("ibm-ts3200"), StorageElements = 2 });
        using VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        // Header, page header, 12 bytes and 32 of the label: what tgt sends of one element.
        using MediaChanger changer = MediaChanger.Open(new OddTransport(library.OpenChanger("changer"), edit: (cdb, bytes) =>
            cdb.Span[0] == 0xB8 && (cdb.Span[1] & 0xF) == 2 ? Short(bytes, bytes.Length - 68 + length) : bytes));
        LibraryStatus status = changer.ReadStatus(withDevices: false);
        status.Slots.Select(static slot => slot.Barcode).ShouldBe(isKnown ? ["CAP001L9", "CAP002L9"] : ["CAP001L9"]);

        static byte[] Short(byte[] bytes, int length)
        {
            // BYTE COUNT OF REPORT agrees with what is sent.
            bytes[7] = (byte)(length - 8);
            return bytes[..length];
        }
    }

    [Fact]
    public void A_changer_without_labels_is_asked_without()
    {
        using Rig rig = Rig.Opened(
            Rig.Check("05/24/00"), Rig.Capture("changer-status-drives-dvcid"), Rig.Capture("changer-status-type2-voltag"),
            Rig.Capture("changer-status-type3-voltag"), Rig.Capture("changer-status-type1-voltag"), Rig.Capture("changer-status-drives-dvcid"));
        rig.Changer.ReadStatus().Drives[0].IsFull.ShouldBeTrue();
        rig.Sent.Select(static cdb => cdb[..4]).ShouldBe(["B814", "B804", "B802", "B803", "B801", "B804"]);
        rig.ShouldBeDone();
    }

    [Fact]
    public void Identifiers_that_come_only_beside_labels()
    {
        using Rig rig = Rig.Opened(
            Rig.Capture("changer-status-type4-voltag"), Rig.Capture("changer-status-type2-voltag"), Rig.Capture("changer-status-type3-voltag"),
            Rig.Capture("changer-status-type1-voltag"), Rig.Check("05/24/00"), Rig.Capture("changer-status-drives-voltag-dvcid"));
        rig.Changer.ReadStatus().Drives.Select(drive => drive.Device?.SerialNumber).ShouldBe(["XYZZY_A1", "XYZZY_A2"]);
    }

    [Fact]
    public void A_changer_without_identifiers_has_drives_all_the_same()
    {
        using Rig rig = Rig.Opened(
            Rig.Capture("changer-status-type4-voltag"), Rig.Capture("changer-status-type2-voltag"), Rig.Capture("changer-status-type3-voltag"),
            Rig.Capture("changer-status-type1-voltag"), Rig.Check("05/24/00"), Rig.Check("05/24/00"));
        LibraryStatus status = rig.Changer.ReadStatus();
        status.Drives.Select(drive => drive.Barcode).ShouldBe(["E01003L8", "F01005L5"]);
        status.Drives.ShouldAllBe(drive => drive.Device == null);
        status.Remarks.ShouldHaveSingleItem().ShouldContain("DVCID");
    }

    /// <summary>The addresses are then read from what comes, in whatever order.</summary>
    [Fact]
    public void A_changer_without_the_mode_page()
    {
        using Rig rig = Rig.OpeningWith(
            Rig.Capture("changer-inquiry"), Rig.Capture("changer-inquiry-vpd-80"), Rig.Good, Rig.Check("05/20/00"), Rig.Check("05/24/00"), Rig.Check("05/20/00"),
            Rig.Capture("changer-status-all-voltag"), Rig.Capture("changer-status-drives-dvcid"));
        LibraryStatus status = rig.Changer.ReadStatus();
        rig.ShouldBeDone();
        status.Slots.Count.ShouldBe(8);
        status.Slots[0].Number.ShouldBe(1);
        status.MailSlots.Select(slot => slot.Number).ShouldBe([9, 10]);
        status.Drives.Select(drive => drive.Number).ShouldBe([0, 1]);
    }

    [Fact]
    public void Many_slots_are_asked_for_by_the_thousand()
    {
        using VirtualLibrary library = Library(slots: 2500, cartridges: 3);
        using var odd = new OddTransport(library.OpenChanger(), cdb => cdb.Span[0] == 0xB8 && (cdb.Span[4] << 8 | cdb.Span[5]) > 1000 ? "05/24/00" : null);
        using MediaChanger changer = MediaChanger.Open(odd);
        LibraryStatus status = changer.ReadStatus();
        status.Slots.Count.ShouldBe(2500);
        status.Slots.Select(slot => slot.Number).ShouldBe(Enumerable.Range(1, 2500));
        odd.Sent.Count(cdb => cdb.StartsWith("B812", StringComparison.Ordinal)).ShouldBe(3);
        odd.Sent.Where(cdb => cdb.StartsWith("B8", StringComparison.Ordinal)).ShouldAllBe(cdb => cdb.Substring(14, 2) == "00");
    }

    /// <summary>A changer that sends half of what was asked for: the rest is asked for, whoever counts wrong.</summary>
    [Theory]
    [InlineData(2 * 52)]
    [InlineData((3 * 52) + 20)]
    public void An_answer_that_is_cut_is_continued(int bytes)
    {
        using VirtualLibrary library = Library(slots: 9, cartridges: 9);
        using var odd = new OddTransport(library.OpenChanger(), edit: (cdb, answer) => cdb.Span[0] == 0xB8 ? answer[..Math.Min(answer.Length, 16 + bytes)] : answer);
        using MediaChanger changer = MediaChanger.Open(odd);
        LibraryStatus status = changer.ReadStatus();
        status.Slots.Select(slot => slot.Barcode).ShouldBe(Enumerable.Range(1, 9).Select(number => $"CAP00{number}L9"));
    }

    /// <summary>Byte counts that tell of less than there is, and of descriptors without length.</summary>
    [Fact]
    public void An_answer_without_sense_ends_and_is_told()
    {
        using VirtualLibrary library = Library(slots: 4, cartridges: 2);
        using var odd = new OddTransport(library.OpenChanger(), edit: static (cdb, answer) =>
        {
            if (cdb.Span[0] == 0xB8 && (cdb.Span[1] & 0xF) == 2)
                answer[10] = answer[11] = 0;
            return answer;
        });
        using MediaChanger changer = MediaChanger.Open(odd);
        LibraryStatus status = changer.ReadStatus();
        status.Slots.ShouldBeEmpty();
        status.Drives.Count.ShouldBe(2);
        status.Remarks.ShouldContain(remark => remark.Contains("descriptor length"));
        status.Remarks.ShouldContain(remark => remark.Contains("4 slots"));
    }

    /// <summary>Whatever bytes come, the driver ends, and without another exception than its own.</summary>
    [Fact]
    public void Any_bytes_for_an_answer()
    {
        var random = new Random(20261123);
        for (int run = 0; run < 300; run++)
        {
            using VirtualLibrary library = run == 0 ? Library(slots: 5, cartridges: 3) : VirtualLibrary.Open(_directory.File("library"), drive: null);
            using var odd = new OddTransport(library.OpenChanger(), edit: (cdb, answer) =>
            {
                if (cdb.Span[0] is 0xB8 or 0x1A && answer.Length > 0)
                {
                    for (int i = 0; i < 4; i++)
                        answer[random.Next(answer.Length)] = (byte)random.Next(256);
                    answer = answer[..random.Next(answer.Length + 1)];
                }

                return answer;
            });
            using MediaChanger changer = MediaChanger.Open(odd);
            try
            {
                changer.ReadStatus();
            }
            catch (ChangerException)
            {
            }
        }
    }

    [Fact]
    public void An_open_door_is_told_and_the_status_is_read()
    {
        using VirtualLibrary library = Library(slots: 4, cartridges: 2);
        using var odd = new OddTransport(library.OpenChanger(), static cdb => cdb.Span[0] == 0 ? "02/04/03" : null);
        using MediaChanger changer = MediaChanger.Open(odd);
        changer.NotReadyText.ShouldNotBeNull().ShouldContain("waits for a person");
        changer.ReadStatus().Slots.Count.ShouldBe(4);
    }

    [Fact]
    public void An_inventory_is_waited_for()
    {
        ScriptedReply busy = Rig.Check("02/04/01");
        using Rig rig = Rig.OpeningWith(
            [Rig.Capture("changer-inquiry"), Rig.Capture("changer-inquiry-vpd-80"), Rig.Check("06/29/00"), busy, busy, busy, Rig.Good, Rig.Check("05/20/00"), Rig.Capture("changer-mode-sense-1d")]);
        rig.Changer.NotReadyText.ShouldBeNull();
        rig.Clock.Waited.ShouldBe(TimeSpan.FromSeconds(6));
        rig.Progress.Reports.Count.ShouldBe(3);
    }

    [Fact]
    public void An_inventory_without_end_is_not()
    {
        using VirtualLibrary library = Library(slots: 4, cartridges: 2);
        var clock = new InstantTime();
        using var odd = new OddTransport(library.OpenChanger(), static cdb => cdb.Span[0] == 0 ? "02/04/01" : null);
        Should.Throw<ChangerException>(() => MediaChanger.Open(odd, clock)).Fault.ShouldBe(ChangerFault.Inventorying);
        clock.Waited.ShouldBeInRange(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(31));
    }

    [Fact]
    public void Only_a_changer_is_opened()
    {
        using VirtualLibrary library = Library(slots: 4, cartridges: 2);
        Should.Throw<ChangerException>(() => MediaChanger.Open(library.OpenDrive())).Fault.ShouldBe(ChangerFault.NotAChanger);
    }

    /// <summary>What a changer reports counts where it is longer than the table, never where it is shorter.</summary>
    [Fact]
    public void Time_limits_of_the_changer()
    {
        // REPORT SUPPORTED OPERATION CODES, SPC-4 6.35.2: MOVE MEDIUM with 30 s, INITIALIZE ELEMENT STATUS with 14,400 s.
        byte[] codes = Convert.FromHexString(
            "00000028" + "A500000000020 00C".Replace(" ", "", StringComparison.Ordinal) + "000A0000" + "00000000" + "0000001E"
            + "0700000000020006" + "000A0000" + "00000000" + "00003840");
        using Rig rig = Rig.OpeningWith(
            Rig.Capture("changer-inquiry"), Rig.Capture("changer-inquiry-vpd-80"), Rig.Good, Rig.Data(codes), Rig.Capture("changer-mode-sense-1d"));
        rig.Changer.Timeouts.MoveSeconds.ShouldBe(new ChangerTimeouts().MoveSeconds);
        rig.Changer.Timeouts.InitializeSeconds.ShouldBe(14_400);
    }

    private VirtualLibrary Library(int slots, int cartridges)
    {
        string path = _directory.File("library");
        VirtualLibrary.Create(path, new LibraryOptions
        {
            CartridgeCount = cartridges,
            Changer = VirtualChangerModel.Find("generic"),
            StorageElements = slots,
            ImportExportElements = 1,
            MoreDrives = [VirtualDriveModel.Default],
            CapacityBytes = 50_000_000,
            IsSynchronous = false,
        });
        return VirtualLibrary.Open(path, drive: null);
    }
}
