using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Changer.Tests;

/// <summary>Ways of changers that other programs had to learn of.</summary>
public sealed class QuirkTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private VirtualLibrary? _library;

    public void Dispose()
    {
        _library?.Dispose();
        _directory.Dispose();
    }

    /// <summary>A magazine is out, and its slots are not told: the number that is shown is the number that is taken.</summary>
    [Fact]
    public void Slots_are_numbered_as_they_are_told()
    {
        LibraryStatus status = Read(edit: static (cdb, answer) => IsStatusOf(cdb, ElementType.Storage) ? Without(answer, 2) : answer);
        status.Slots.Select(slot => (slot.Number, slot.Barcode)).ShouldBe([(1, "CAP001L9"), (2, "CAP002L9"), (3, "CAP004L9"), (4, null), (5, null)]);
        foreach (LibraryElement place in status.Places)
            status.Place(place.Number).ShouldBe(place);
        status.MailSlots.ShouldHaveSingleItem().Number.ShouldBe(6);
        status.Remarks.ShouldContain(remark => remark.Contains("6 slots") && remark.Contains('5'));
    }

    [Fact]
    public void Slots_that_come_in_another_order_are_in_that_of_their_addresses()
    {
        LibraryStatus status = Read(edit: static (cdb, answer) =>
        {
            if (!IsStatusOf(cdb, ElementType.Storage))
                return answer;
            int length = answer[10] << 8 | answer[11];
            byte[][] descriptors = [.. answer[16..].Chunk(length)];
            return [.. answer[..16], .. descriptors.Reverse().SelectMany(static one => one)];
        });
        status.Slots.Select(slot => slot.Barcode).ShouldBe(["CAP001L9", "CAP002L9", "CAP003L9", "CAP004L9", null, null]);
        status.Slots.Select(slot => slot.Number).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    /// <summary>
    /// 83/02 is a slot, 83/04 a drive that is not installed, in libraries of ATL, Exabyte and IBM; mtx (mtxl.c) does not count them.
    /// </summary>
    [Fact]
    public void What_is_not_installed_has_no_number()
    {
        LibraryStatus status = Read(edit: static (cdb, answer) =>
            IsStatusOf(cdb, ElementType.Storage) ? WithException(answer, 4, 0x83, 0x02)
            : IsStatusOf(cdb, ElementType.DataTransfer) ? WithException(answer, 0, 0x83, 0x04)
            : answer);
        status.Slots.Count.ShouldBe(5);
        status.Slots[4].Number.ShouldBe(5);
        status.Drives.ShouldHaveSingleItem().Number.ShouldBe(0);
        status.Remarks.ShouldContain(remark => remark.Contains("1 drives") && remark.Contains("not installed"));
    }

    /// <summary>Somebody moves a cartridge while the types are asked for one by one: it must not be in two places, nor in none.</summary>
    [Fact]
    public void A_status_that_changes_while_it_is_read_is_read_again()
    {
        int attentions = 1;
        LibraryStatus status = Read(cdb =>
        {
            if (!IsStatusOf(cdb, ElementType.Storage) || attentions-- <= 0)
                return null;
            using MediaChanger other = MediaChanger.Open(_library!.OpenChanger());
            LibraryStatus seen = other.ReadStatus();
            other.Move(seen.Place(1)!, seen.Drive(0)!);
            return "06/28/00";
        });
        status.Find("CAP001L9").ShouldHaveSingleItem().Name.ShouldBe("drive 0");
    }

    [Fact]
    public void A_library_that_never_rests_is_read_all_the_same()
    {
        int answers = 0;
        Read(cdb => cdb.Span[0] == 0xB8 && ++answers % 2 == 1 ? "06/28/00" : null).Slots.Count.ShouldBe(6);
    }

    /// <summary>TS2900 and others give reading up when they are busy with themselves.</summary>
    [Fact]
    public void A_status_that_was_given_up_is_asked_for_again()
    {
        int aborts = 2;
        Read(cdb => cdb.Span[0] == 0xB8 && aborts-- > 0 ? "0B/41/01" : null).Slots.Count.ShouldBe(6);
    }

    /// <summary>Neither the mode page nor all types at once.</summary>
    [Fact]
    public void A_changer_that_answers_for_single_types_only()
    {
        LibraryStatus status = Read(static cdb => cdb.Span[0] is 0x1A or 0x5A || IsStatusOf(cdb, ElementType.All) ? "05/24/00" : null);
        status.Slots.Select(slot => slot.Barcode).ShouldBe(["CAP001L9", "CAP002L9", "CAP003L9", "CAP004L9", null, null]);
        status.Drives.Count.ShouldBe(2);
    }

    /// <summary>A loader of ADIC without a reader has a code of its own for it (mtxl.c, SendElementStatusRequestActual).</summary>
    [Theory]
    [InlineData("05/24/00")]
    [InlineData("05/83/05")]
    public void Labels_are_left_out_whatever_the_changer_says_of_them(string sense)
    {
        LibraryStatus status = Read(cdb => cdb.Span[0] == 0xB8 && (cdb.Span[1] & 0x10) != 0 ? sense : null);
        status.Slots.Count(slot => slot.IsFull).ShouldBe(4);
        status.Slots.ShouldAllBe(slot => slot.Barcode == null);
    }

    /// <summary>One loader takes eight bytes, or just as many as there are (mtxl.c, SendElementStatusRequest).</summary>
    [Fact]
    public void A_changer_that_wants_to_be_asked_for_what_it_has()
    {
        int whole = 0;
        LibraryStatus status = Read(
            cdb => cdb.Span[0] == 0xB8 && (cdb.Span[7] << 16 | cdb.Span[8] << 8 | cdb.Span[9]) is var allocation && allocation != 8 && allocation != whole ? "05/24/00/07" : null,
            (cdb, answer) =>
            {
                if (cdb.Span[0] == 0xB8)
                    whole = 8 + (answer[5] << 16 | answer[6] << 8 | answer[7]);
                return answer;
            });
        status.Slots.Select(slot => slot.Barcode).ShouldBe(["CAP001L9", "CAP002L9", "CAP003L9", "CAP004L9", null, null]);
    }

    /// <summary>mhvtl before 1.8 set AVOLTAG for drives, and sent no such tag (usr/smc.c, fill_element_status_page_hdr).</summary>
    [Fact]
    public void A_second_label_that_is_only_promised_does_not_hide_the_identifier()
    {
        LibraryStatus status = Read(edit: static (cdb, answer) =>
        {
            if (IsStatusOf(cdb, ElementType.DataTransfer) && (cdb.Span[6] & 1) != 0)
                answer[9] |= 0x40;
            return answer;
        });
        status.Drives.ShouldAllBe(drive => drive.Device != null && drive.Device.Value.SerialNumber != null);
    }

    /// <summary>To TEST UNIT READY it speaks of no drive: an autoloader without its magazine.</summary>
    [Fact]
    public void A_changer_without_medium_is_not_told_to_unload_a_drive()
    {
        using MediaChanger changer = Open(static cdb => cdb.Span[0] == 0 ? "02/3A/00" : null);
        changer.NotReadyText.ShouldNotBeNull().ShouldContain("magazine");
        changer.NotReadyText.ShouldNotContain("drive holds");
    }

    [Theory]
    [InlineData("02/04/07")]
    [InlineData("02/04/09")]
    public void What_a_library_is_busy_with_is_waited_for(string sense)
    {
        int busy = 3;
        using MediaChanger changer = Open(cdb => cdb.Span[0] == 0 && busy-- > 0 ? sense : null);
        changer.NotReadyText.ShouldBeNull();
        busy.ShouldBeLessThan(0);
    }

    /// <summary>An inventory means that somebody was at the magazines: what was to be moved may be another one now.</summary>
    [Fact]
    public void After_an_inventory_the_library_is_looked_at_before_the_move_is_sent_again()
    {
        var slot = new LibraryElement(ElementType.Storage, 1000, 1) { IsFull = true, Barcode = "E01001L8" };
        var drive = new LibraryElement(ElementType.DataTransfer, 500, 0);
        using Rig rig = Rig.Opened(Rig.Check("02/04/01"), Rig.Check("02/04/01"), Rig.Good,
            Rig.Element(ElementType.Storage, 1000, "OTHER1L8"), Rig.Element(ElementType.DataTransfer, 500, null));
        ChangerException e = Should.Throw<ChangerException>(() => rig.Changer.Move(slot, drive));
        e.Fault.ShouldBe(ChangerFault.ContentsChanged);
        e.Message.ShouldContain("moving E01001L8 from slot 1 to drive 0");
        rig.Sent.Count(static cdb => cdb.StartsWith("A5", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>Ctrl-C ends what can be ended. A move that was begun cannot: what became of it is found out.</summary>
    [Fact]
    public void What_became_of_a_move_is_found_out_also_when_it_shall_stop()
    {
        var slot = new LibraryElement(ElementType.Storage, 1000, 1) { IsFull = true, Barcode = "E01001L8" };
        var drive = new LibraryElement(ElementType.DataTransfer, 500, 0);
        using var stop = new CancellationTokenSource();
        using MediaChanger changer = MediaChanger.Open(new ScriptedTransport([
            .. Rig.Opening, new ScriptedReply { Throw = TransportFault.Lost }, Rig.Check("02/04/01"), Rig.Good,
            Rig.Element(ElementType.Storage, 1000, null), Rig.Element(ElementType.DataTransfer, 500, "E01001L8", 1000)]), new InstantTime(), null, stop.Token);
        stop.Cancel();
        changer.Move(slot, drive);
    }

    private static bool IsStatusOf(Cdb cdb, ElementType type) => cdb.Span[0] == 0xB8 && (cdb.Span[1] & 0x0F) == (int)type;

    /// <summary>Element status data of one page (SMC-3 6.11) without one of its descriptors.</summary>
    private static byte[] Without(byte[] answer, int index)
    {
        int length = answer[10] << 8 | answer[11];
        answer[3]--;
        (answer[6], answer[7]) = Less(answer[6], answer[7]);
        (answer[14], answer[15]) = Less(answer[14], answer[15]);
        return [.. answer[..(16 + (index * length))], .. answer[(16 + ((index + 1) * length))..]];

        (byte, byte) Less(byte high, byte low) => ((byte)(((high << 8 | low) - length) >> 8), (byte)((high << 8 | low) - length));
    }

    /// <summary>With EXCEPT and a code in the descriptors from one on (the last two slots, the last drive).</summary>
    private static byte[] WithException(byte[] answer, int index, byte asc, byte ascq)
    {
        int at = 16 + ((index + 1) * (answer[10] << 8 | answer[11]));
        if (at >= answer.Length)
            return answer;
        answer[at + 2] |= 0x04;
        (answer[at + 4], answer[at + 5]) = (asc, ascq);
        return answer;
    }

    private LibraryStatus Read(Func<Cdb, string?>? instead = null, Func<Cdb, byte[], byte[]>? edit = null)
    {
        using MediaChanger changer = Open(instead, edit);
        return changer.ReadStatus();
    }

    /// <summary>Six slots, four cartridges, a mail slot, two drives.</summary>
    private MediaChanger Open(Func<Cdb, string?>? instead = null, Func<Cdb, byte[], byte[]>? edit = null)
    {
        string path = _directory.File("library");
        VirtualLibrary.Create(path, new LibraryOptions
        {
            CartridgeCount = 4,
            Changer = VirtualChangerModel.Find("generic"),
            StorageElements = 6,
            ImportExportElements = 1,
            MoreDrives = [VirtualDriveModel.Default],
            CapacityBytes = 50_000_000,
            IsSynchronous = false,
        });
        _library = VirtualLibrary.Open(path, drive: null);
        return MediaChanger.Open(new OddTransport(_library.OpenChanger("changer"), instead, edit), new InstantTime());
    }
}
