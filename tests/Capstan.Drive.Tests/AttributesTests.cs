using System.Text;
using Capstan.Transport.Decorators;
using CsCheck;

namespace Capstan.Drive.Tests;

/// <summary>The cartridge's memory through the driver: the virtual drive's, and answers that only other drives give.</summary>
public sealed class AttributesTests
{
    private const byte Utf8 = 0x81;
    private const string AskAll = "8C000000000000000000" + "00007E00" + "0000";
    private const string AskList = "8C010000000000000000" + "00007E00" + "0000";

    /// <summary>AVAILABLE DATA and these attributes: identifier, read-only and format, length, value (SPC-4 7.4.1).</summary>
    private static byte[] Answer(params (int Id, int Flags, byte[] Value)[] attributes)
    {
        var bytes = new List<byte>();
        foreach ((int id, int flags, byte[] value) in attributes)
            bytes.AddRange([(byte)(id >> 8), (byte)id, (byte)flags, (byte)(value.Length >> 8), (byte)value.Length, .. value]);
        return [0, 0, (byte)(bytes.Count >> 8), (byte)bytes.Count, .. bytes];
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using VirtualDrive rig = new VirtualDrive().Ready();
        rig.Drive.ReadAttribute(0x0803).ShouldBeNull();
        rig.Drive.WriteAttributes([AttributeChange.Text(0x0803, "Müll", Utf8), AttributeChange.Byte(0x0805, Utf8)]);
        CartridgeAttribute label = rig.Drive.ReadAttribute(0x0803).ShouldNotBeNull();
        label.Value.Length.ShouldBe(160);
        label.IsReadOnly.ShouldBeFalse();
        CartridgeAttributes all = rig.Drive.ReadAttributes();
        all.Label.ShouldBe("Müll");
        all.LocalizationName.ShouldBe("UTF-8");
        all.SerialNumber.ShouldNotBeNull().Length.ShouldBe(16);
        rig.Drive.WriteAttributes([AttributeChange.Delete(0x0803)]);
        rig.Drive.ReadAttribute(0x0803).ShouldBeNull();
    }

    [Fact]
    public void The_memory_is_read_while_the_tape_is_not_threaded_and_not_without_one()
    {
        using VirtualDrive rig = new VirtualDrive().Ready();
        rig.Drive.Unload();
        Should.Throw<TapeMediumException>(() => rig.Drive.ReadAttributes()).Fault.ShouldBe(MediumFault.NotPresent);
        Should.Throw<TapeMediumException>(() => rig.Drive.WriteAttributes([AttributeChange.Byte(0x0805, 0)])).Fault.ShouldBe(MediumFault.NotPresent);
    }

    [Fact]
    public void A_captured_answer_is_read_as_it_came()
    {
        using Rig rig = Rig.Opened(Rig.Data(HexFile.Read("lto5-read-attribute-values")));
        CartridgeAttributes all = rig.Drive.ReadAttributes();
        all.All.Count.ShouldBe(39);
        all.Label.ShouldBeNull();
        all.Barcode.ShouldBe("F01005L5");
        all.SerialNumber.ShouldBe("F01005L5_1795380849");
        all.Application.ShouldBe("vtl-1.8");
        all.VolumeLock.ShouldBe("unlocked");
        rig.Sent.ShouldBe([AskAll]);
    }

    /// <summary>ILLEGAL REQUEST, INVALID FIELD IN CDB is how drives say that an attribute is not set (SPC-4 6.17.2).</summary>
    [Fact]
    public void An_attribute_that_is_not_set_is_no_error()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Data(Answer((0x0804, 1, new byte[12]))), Rig.Data(Answer((0x0803, 2, []))), Rig.Data(Answer()));
        for (int i = 0; i < 4; i++)
            rig.Drive.ReadAttribute(0x0803).ShouldBeNull();
        rig.Sent.ShouldAllBe(cdb => cdb == "8C000000000000000803" + "00001000" + "0000");
    }

    [Fact]
    public void A_drive_without_the_command_says_so()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/20/00"), Rig.Check("05/20/00"));
        Should.Throw<TapeCommandException>(() => rig.Drive.ReadAttributes()).IsUnsupported.ShouldBeTrue();
        Should.Throw<TapeCommandException>(() => rig.Drive.WriteAttributes([AttributeChange.Byte(0x0805, 0)])).IsUnsupported.ShouldBeTrue();
    }

    /// <summary>Quantum and HP drives were seen to return fields that end before they should, and identifiers twice: the others count.</summary>
    [Fact]
    public void Truncated_and_doubled_fields_are_passed_over()
    {
        byte[] answer = Answer((0x0401, 0x81, Encoding.ASCII.GetBytes("SERIAL01")), (0x0400, 0x81, Encoding.ASCII.GetBytes("OUTOFSEQ")), (0x0800, 1, []),
            (0x0803, 2, Encoding.ASCII.GetBytes("LABEL")), (0x0806, 1, Encoding.ASCII.GetBytes("CAP001L9")));
        // The count agrees with what came: there is nothing to be asked for again.
        answer[3] -= 3;
        using Rig rig = Rig.Opened(Rig.Data(answer[..^3]));
        CartridgeAttributes all = rig.Drive.ReadAttributes();
        all.All.Select(attribute => attribute.Id).ShouldBe(new ushort[] { 0x0401, 0x0803 });
        all.Label.ShouldBe("LABEL");
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_memory_that_does_not_fit_into_one_answer_is_read_on()
    {
        byte[] first = Answer((0x0800, 1, Encoding.ASCII.GetBytes("ACME    ")), (0x0801, 1, new byte[20]));
        first[3] = 200;
        using Rig rig = Rig.Opened(Rig.Data(first[..^4]), Rig.Data(Answer((0x0801, 1, Encoding.ASCII.GetBytes("APPLICATION")), (0x0806, 1, Encoding.ASCII.GetBytes("B")))));
        CartridgeAttributes all = rig.Drive.ReadAttributes();
        all.All.Select(attribute => attribute.Id).ShouldBe(new ushort[] { 0x0800, 0x0801, 0x0806 });
        all.Application.ShouldBe("APPLICATION");
        rig.Sent.Last().ShouldBe("8C000000000000000801" + "00007E00" + "0000");
    }

    /// <summary>The first identifier has to exist: a memory without 0000h is asked for what it has.</summary>
    [Fact]
    public void A_memory_that_begins_later_is_found()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Data(0, 0, 0, 4, 4, 0, 4, 1), Rig.Data(Answer((0x0400, 0x81, Encoding.ASCII.GetBytes("FUJIFILM")))));
        rig.Drive.ReadAttributes().All.Single().Describe(0).ShouldBe("FUJIFILM");
        rig.Sent.ShouldBe([AskAll, AskList, "8C000000000000000400" + "00007E00" + "0000"]);
    }

    [Fact]
    public void No_such_partition_is_nothing()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Check("05/24/00"));
        rig.Drive.ReadAttributes(partition: 3).All.ShouldBeEmpty();
        rig.Sent.ShouldBe([AskAll.Replace("8C00000000000000", "8C00000000000003", StringComparison.Ordinal), AskList.Replace("8C01000000000000", "8C01000000000003", StringComparison.Ordinal)]);
    }

    /// <summary>WTC, and a list whose length does not count itself (SPC-4 6.47): APPLICATION VENDOR and TEXT LOCALIZATION IDENTIFIER.</summary>
    [Fact]
    public void Written_bytes()
    {
        var seen = new List<byte>();
        using TapeDrive drive = TapeDrive.Open(new Listener(seen));
        drive.WriteAttributes([AttributeChange.Text(0x0800, "ACME", Utf8), AttributeChange.Byte(0x0805, Utf8)], partition: 0);
        Convert.ToHexString([.. seen]).ShouldBe(
            "8D010000000000000000" + "00000017" + "0000" + "00000013" + "0800010008" + "41434D4520202020" + "0805000001" + "81");
    }

    [Fact]
    public void A_full_memory_is_told_with_the_remedy()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/55/06"));
        Should.Throw<TapeCommandException>(() => rig.Drive.WriteAttributes([AttributeChange.Byte(0x0805, 0)])).Message.ShouldContain("no room");
    }

    [Fact]
    public void A_protected_cartridge_is_told_as_that()
    {
        using Rig rig = Rig.Opened(Rig.Check("07/27/00"));
        Should.Throw<TapeMediumException>(() => rig.Drive.WriteAttributes([AttributeChange.Byte(0x0805, 0)])).Fault.ShouldBe(MediumFault.WriteProtected);
    }

    [Theory]
    [InlineData(0x0803, "label", "6C6162656C")]
    [InlineData(0x0805, "utf-8", "81")]
    [InlineData(0x0805, "ascii", "00")]
    [InlineData(0x1623, "1", "01")]
    [InlineData(0x1623, "0x03", "03")]
    [InlineData(0x080C, "0102 0304", "01020304")]
    [InlineData(0x0800, "hex:41", "4120202020202020")]
    [InlineData(0x1400, "beef", "BEEF")]
    [InlineData(0x0803, "", "")]
    [InlineData(0x0804, "202611231405", "323032363131323331343035")]
    [InlineData(0x0804, "2026-11-23 14:05", "323032363131323331343035")]
    public void What_users_type(int id, string text, string hex)
    {
        AttributeChange change = AttributeChange.TryParse((ushort)id, text, 0, out string problem).ShouldNotBeNull(problem);
        Convert.ToHexString(change.Value.Span)[..hex.Length].ShouldBe(hex);
    }

    [Theory]
    [InlineData(0x0401, "x", "belongs to the maker")]
    [InlineData(0x0009, "x", "belongs to the drive")]
    [InlineData(0x0800, "NINELETTERS", "8 bytes")]
    [InlineData(0x0800, "Ü", "ASCII")]
    [InlineData(0x0803, "Ü", "utf-8")]
    [InlineData(0x1623, "256", "255")]
    [InlineData(0x0820, "0102", "exactly 36")]
    [InlineData(0x080C, "xyz", "hexadecimal")]
    [InlineData(0x0804, "banana", "no date and time; give it as 2026-11-23 14:05")]
    [InlineData(0x0804, "202613231405", "no date and time")]
    public void What_users_must_not_type(int id, string text, string said)
    {
        AttributeChange.TryParse((ushort)id, text, 0, out string problem).ShouldBeNull();
        problem.ShouldContain(said);
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut_at_a_letter()
    {
        Convert.ToHexString(AttributeChange.Text(0x0800, "Grün", Utf8).Value.Span).ShouldBe(Convert.ToHexString("Gr?n    "u8));
        ReadOnlySpan<byte> host = AttributeChange.Text(0x0807, new string('ü', 60), Utf8).Value.Span;
        host.Length.ShouldBe(80);
        Encoding.UTF8.GetString(host).ShouldBe(new string('ü', 40));
    }

    [Fact]
    public void Any_bytes_are_decoded_or_refused() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        if (CartridgeAttributes.Decode(bytes) is not { } attributes)
            return;
        _ = attributes.Label;
        _ = attributes.IsCoherent;
        foreach (CartridgeAttribute attribute in attributes.All)
            attribute.Describe(attributes.Localization).ShouldNotContain('\n');
    }, iter: 2000);

    /// <summary>Notes the last WRITE ATTRIBUTE with its list.</summary>
    private sealed class Listener(List<byte> seen) : Capstan.Transport.IScsiTransport
    {
        private readonly byte[] _inquiry = Rig.InquiryBytes;

        public string Name => "listening";

        public int MaxTransferBytes => 65536;

        public Capstan.Transport.ScsiCompletion Execute(in Capstan.Scsi.Cdb cdb, Capstan.Transport.DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (cdb.OperationCode == 0x8D)
            {
                seen.AddRange(cdb.Span);
                seen.AddRange(data.ToDeviceBuffer);
            }
            else if (cdb.OperationCode == 0x12)
            {
                int length = Math.Min(_inquiry.Length, data.Length);
                _inquiry.AsSpan(0, length).CopyTo(data.FromDeviceBuffer);
            }

            return new Capstan.Transport.ScsiCompletion(Capstan.Scsi.ScsiStatus.Good, 0, 0);
        }

        public void Dispose()
        {
        }
    }
}
