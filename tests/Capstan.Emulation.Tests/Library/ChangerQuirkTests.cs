using System.Buffers.Binary;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Library;

/// <summary>
/// Each way in which changers depart from the standard, at the bytes that an initiator gets: positions and lengths are those of SMC-3 6.11 (element status
/// data: first address 0-1, number 2-3, byte count 5-7; page: type 0, PVOLTAG 1, descriptor length 2-3, byte count 5-7).
/// </summary>
public sealed class ChangerQuirkTests : IDisposable
{
    private const int Slot1 = 0x1000, Mail = 0x10, Drive1 = 0x100;

    /// <summary>Twelve bytes, a volume tag of 36, and the four bytes in front of an identifier, which are there without one.</summary>
    private const int Descriptor = 12 + 36 + 4;

    private readonly TestDirectory _directory = new();
    private readonly byte[] _sense = new byte[252];
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
            _open[i].Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Without_a_quirk_identifiers_come_with_tags_and_all_types()
    {
        IScsiTransport changer = Changer(ChangerQuirks.None);
        byte[] status = Status(changer, Of(ElementType.All, tags: true, identifiers: true));
        // Of drives: the descriptor, and vendor (8), product (16), serial number (10).
        Length(status, 1).ShouldBe(Descriptor);
        Length(status, 4).ShouldBe(Descriptor + 34);
    }

    [Fact]
    public void Identifiers_are_refused()
    {
        IScsiTransport changer = Changer(ChangerQuirks.IdentifiersRefused);
        Refused(changer, Of(ElementType.DataTransfer, identifiers: true), "5/24/00 C8 0006");
        Refused(changer, Of(ElementType.All, tags: true, identifiers: true), "5/24/00 C8 0006");
        Length(Status(changer, Of(ElementType.DataTransfer, tags: true)), 4).ShouldBe(Descriptor);
    }

    [Fact]
    public void Identifiers_of_drives_only_and_not_with_tags()
    {
        IScsiTransport changer = Changer(ChangerQuirks.IdentifiersOfDrivesOnly | ChangerQuirks.IdentifiersWithoutTags);
        Refused(changer, Of(ElementType.All, identifiers: true), "5/24/00 C8 0006");
        Refused(changer, Of(ElementType.Storage, identifiers: true), "5/24/00 C8 0006");
        Refused(changer, Of(ElementType.DataTransfer, tags: true, identifiers: true), "5/24/00 C8 0006");
        Length(Status(changer, Of(ElementType.DataTransfer, identifiers: true)), 4).ShouldBe(12 + 4 + 34);
    }

    [Fact]
    public void Identifiers_are_left_out_or_are_serial_numbers()
    {
        Length(Status(Changer(ChangerQuirks.IdentifiersLeftOut), Of(ElementType.DataTransfer, identifiers: true)), 4).ShouldBe(12 + 4);
        byte[] status = Status(Changer(ChangerQuirks.IdentifiersOfSerialNumber), Of(ElementType.DataTransfer, identifiers: true));
        // Code set 2 (ASCII), identifier type 0, ten bytes.
        status[(8 + 8 + 12)..(8 + 8 + 16)].ShouldBe([0x02, 0x00, 0x00, 0x0A]);
        System.Text.Encoding.ASCII.GetString(status, 8 + 8 + 16, 3).ShouldBe("CAP");
    }

    /// <summary>Behind some bridges the highest byte of ALLOCATION LENGTH is lost: 10000h is nothing, 10040h is 40h.</summary>
    [Fact]
    public void Of_the_allocation_length_two_bytes_count()
    {
        IScsiTransport changer = Changer(ChangerQuirks.AllocationLengthOfTwoBytes);
        Status(changer, Of(ElementType.Storage, tags: true), 0x10000).Length.ShouldBe(0);
        byte[] some = Status(changer, Of(ElementType.Storage, tags: true), 0x10000 + 8 + 8 + 2 * Descriptor + 20);
        // Whole descriptors only; the header tells all that there is.
        some.Length.ShouldBe(8 + 8 + 2 * Descriptor);
        ByteCount(some, 5).ShouldBe(8 + 5 * Descriptor);
        Status(changer, Of(ElementType.Storage, tags: true), 0xFFFF).Length.ShouldBe(8 + 8 + 5 * Descriptor);
    }

    [Fact]
    public void The_descriptor_length_of_every_page_is_zero()
    {
        byte[] status = Status(Changer(ChangerQuirks.DescriptorLengthZero), Of(ElementType.All, tags: true));
        int at = 8;
        foreach ((int type, int count) in new[] { (1, 1), (2, 5), (3, 2), (4, 2) })
        {
            ((int)status[at]).ShouldBe(type);
            BinaryPrimitives.ReadUInt16BigEndian(status.AsSpan(at + 2)).ShouldBe((ushort)0);
            ByteCount(status, at + 5).ShouldBe(count * Descriptor);
            at += 8 + count * Descriptor;
        }
        at.ShouldBe(status.Length);
        BinaryPrimitives.ReadUInt16BigEndian(status.AsSpan(8 + 8 + Descriptor + 8)).ShouldBe((ushort)Slot1, "the descriptors are where they were");
    }

    /// <summary>As tgt counts (usr/smc.c): a whole answer claims eight bytes that it has not.</summary>
    [Fact]
    public void The_byte_count_has_the_header_in_it()
    {
        byte[] status = Status(Changer(ChangerQuirks.ByteCountWithHeader), Of(ElementType.Storage, tags: true));
        status.Length.ShouldBe(8 + 8 + 5 * Descriptor);
        ByteCount(status, 5).ShouldBe(status.Length);
        ByteCount(status, 8 + 5).ShouldBe(5 * Descriptor);
        // Also where nothing but the header fits.
        ByteCount(Status(Changer(ChangerQuirks.ByteCountWithHeader), Of(ElementType.Storage, tags: true), 8), 5).ShouldBe(status.Length);
    }

    [Fact]
    public void More_than_a_thousand_elements_are_refused_in_one_command()
    {
        IScsiTransport changer = Changer(ChangerQuirks.ThousandElementsAtMost, slots: 2500);
        Refused(changer, Of(ElementType.Storage, count: 1001), "5/24/00 C0 0004");
        Refused(changer, Of(ElementType.All), "5/24/00 C0 0004");
        var seen = new List<int>();
        for (int start = Slot1; Status(changer, Of(ElementType.Storage, start, 1000)) is { Length: > 8 } part; start = seen[^1] + 1)
        {
            int count = BinaryPrimitives.ReadUInt16BigEndian(part.AsSpan(2));
            BinaryPrimitives.ReadUInt16BigEndian(part).ShouldBe((ushort)start);
            for (int i = 0; i < count; i++)
                seen.Add(BinaryPrimitives.ReadUInt16BigEndian(part.AsSpan(8 + 8 + i * 16)));
        }
        seen.ShouldBe(Enumerable.Range(Slot1, 2500));
    }

    [Fact]
    public void Ten_thousand_elements_come_in_one_answer_without_it()
    {
        IScsiTransport changer = Changer(ChangerQuirks.None, slots: 10_000);
        byte[] status = Status(changer, Of(ElementType.All, tags: true), 0xFFFFFF);
        BinaryPrimitives.ReadUInt16BigEndian(status.AsSpan(2)).ShouldBe((ushort)(1 + 10_000 + 2 + 2));
        status.Length.ShouldBe(8 + 4 * 8 + 10_005 * Descriptor);
        ByteCount(status, 5).ShouldBe(status.Length - 8);
    }

    /// <summary>Quantum SuperLoader 3: the initiator unloads the drive first.</summary>
    [Fact]
    public void A_drive_that_was_not_unloaded_keeps_its_tape()
    {
        VirtualLibrary library = Library(ChangerQuirks.DriveUnloadedFirst);
        IScsiTransport changer = Keep(library.OpenChanger());
        IScsiTransport drive = Keep(library.OpenDrive());
        Send(changer, new MoveMedium(0, Slot1, Drive1)).ShouldBe("");
        Send(drive, new TestUnitReady()).ShouldStartWith("6/");
        Send(changer, new MoveMedium(0, Drive1, Slot1)).ShouldBe("5/53/02");
        Send(drive, new LoadUnload(Load: false)).ShouldBe("");
        Send(changer, new MoveMedium(0, Drive1, Slot1)).ShouldBe("");
    }

    /// <summary>A type of element that there is not (SMC-3 table 11: 5h and above), a reserved bit, and where they are.</summary>
    [Fact]
    public void What_a_CDB_must_not_have_is_pointed_at()
    {
        IScsiTransport changer = Changer(ChangerQuirks.None);
        Raw(changer, "B8 05 0000 FFFF 00 00FFFF 00 00").ShouldBe("5/24/00 CB 0001");
        Raw(changer, "B8 00 0000 FFFF 04 00FFFF 00 00").ShouldBe("5/24/00 CA 0006");
        Raw(changer, "A5 00 0002 1000 1001 0000 00 00").ShouldBe("5/21/01 C0 0002");
        Raw(changer, "A5 00 0000 1000 1004 0000 01 00").ShouldBe("5/24/00 C8 000A");
        Raw(changer, "2B 00 0000 0001 0000 00 00").ShouldBe("5/21/01 C0 0004");
        Raw(changer, "1E 00 00 00 02 00").ShouldBe("5/24/00 C9 0004");
    }

    private static ReadElementStatus Of(ElementType type, int start = 0, int count = 0xFFFF, bool tags = false, bool identifiers = false) =>
        new(type, (ushort)start, (ushort)count, 0, VolumeTags: tags, DeviceIdentifiers: identifiers);

    private VirtualLibrary Library(ChangerQuirks quirks, int slots = 5)
    {
        string path = _directory.File($"library{_open.Count}");
        VirtualLibrary.Create(path, new LibraryOptions
        {
            CartridgeCount = 3, Changer = VirtualChangerModel.Find("generic"), ChangerQuirks = quirks, StorageElements = slots, ImportExportElements = 2,
            MoreDrives = [VirtualDriveModel.Default], CapacityBytes = 1_000_000, IsSynchronous = false,
        });
        return Keep(VirtualLibrary.Open(path, drive: null));
    }

    private IScsiTransport Changer(ChangerQuirks quirks, int slots = 5) => Keep(Library(quirks, slots).OpenChanger());

    private T Keep<T>(T opened) where T : IDisposable
    {
        _open.Add(opened);
        return opened;
    }

    private byte[] Status(IScsiTransport changer, ReadElementStatus command, int allocationLength = 0x20000)
    {
        var answer = new byte[Math.Min(allocationLength, changer.MaxTransferBytes)];
        ScsiCompletion completion = changer.Execute(
            Cdb.Of(command with { AllocationLengthBytes = allocationLength }), DataTransfer.FromDevice(answer), _sense, TimeSpan.Zero);
        completion.Status.ShouldBe(ScsiStatus.Good);
        return answer[..(answer.Length - completion.Residual!.Value)];
    }

    private void Refused(IScsiTransport changer, ReadElementStatus command, string sense) =>
        Raw(changer, Convert.ToHexString(Cdb.Of(command with { AllocationLengthBytes = 0x1000 }).Span), 0x1000).ShouldBe(sense);

    private string Send<T>(IScsiTransport unit, T command) where T : struct, IScsiCommand<T> => Raw(unit, Convert.ToHexString(Cdb.Of(command).Span)).Split(' ')[0];

    /// <summary>Sense key, additional sense code, and the sense key specific bytes of fixed format sense data: SKSV, C/D, BPV and bit, field.</summary>
    private string Raw(IScsiTransport unit, string cdb, int dataIn = 0)
    {
        DataTransfer data = dataIn == 0 ? DataTransfer.None : DataTransfer.FromDevice(new byte[dataIn]);
        ScsiCompletion completion = unit.Execute(Cdb.FromBytes(Convert.FromHexString(cdb.Replace(" ", "", StringComparison.Ordinal))), data, _sense, TimeSpan.Zero);
        return completion.Status == ScsiStatus.Good ? ""
            : $"{_sense[2] & 0x0F:X}/{_sense[12]:X2}/{_sense[13]:X2} {_sense[15]:X2} {_sense[16]:X2}{_sense[17]:X2}";
    }

    private static int Length(byte[] status, int type)
    {
        for (int at = 8; at < status.Length; at += 8 + ByteCount(status, at + 5))
        {
            if (status[at] == type)
                return BinaryPrimitives.ReadUInt16BigEndian(status.AsSpan(at + 2));
        }
        return 0;
    }

    private static int ByteCount(byte[] status, int at) => status[at] << 16 | status[at + 1] << 8 | status[at + 2];
}
