using System.Text;
using Capstan.Backup.Framing;
using Capstan.Backup.Media;
using Capstan.Backup.Tests.Framing;
using Capstan.Drive;
using CsCheck;

namespace Capstan.Backup.Tests.Media;

public class MediaTests
{
    private const string LabelMagic = "f7cc018a7af872bd";
    private const string LabelJson = """{"uuid":"00112233-4455-6677-8899-aabbccddeeff","label_text":"CAP001L9","ctime":1700000000}""";

    private static readonly MediaLabel Label = new(
        new Guid("00112233-4455-6677-8899-aabbccddeeff"), "CAP001L9", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    private static byte[] FirstBlock(string contentMagic, string json) => TapeRig.Block(0, 1, TapeRig.Preamble(contentMagic, json));

    [Fact]
    public void A_Capstan_label()
    {
        MediaIdentity identity = MediaReader.Judge(FirstBlock(LabelMagic, LabelJson));
        identity.Label.ShouldBe(Label);
        identity.Foreign.ShouldBeNull();
        identity.IsBlank.ShouldBeFalse();
        Encoding.UTF8.GetString(Label.ToJson()).ShouldBe(LabelJson);
    }

    public static TheoryData<string, string> Foreign => new()
    {
        { "PBS label", "Proxmox Backup Server" },
        { "PBS media set", "Proxmox Backup Server" },
        { "archive", "no Capstan label" },
        { "unknown content", "no Capstan label" },
        { "no content header", "no Capstan wrote" },
        { "damaged label", "label is damaged" },
        { "cut label", "no Capstan label" },
        { "LTFS", "LTFS" },
        { "ANSI", "ANSI label, volume BACKUP" },
        { "ANSI cut", "ANSI label" },
        { "tar", "tar archive" },
        { "Bacula", "Bacula" },
        { "cpio", "cpio" },
        { "Amanda", "Amanda" },
        { "MTF", "Microsoft Tape Format" },
        { "zeros", "65536 bytes" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void What_others_wrote_is_named_and_never_ours(string what, string expected)
    {
        byte[] block = what switch
        {
            // SHA-256 prefixes of "Proxmox Backup Tape Label v1.0" and "Proxmox Backup MediaSet Label v1.0".
            "PBS label" => FirstBlock("2a05bf3cb030aa39", """{"ctime":1,"label_text":"a","uuid":"b"}"""),
            "PBS media set" => FirstBlock("086063f92f9753d8", "{}"),
            "archive" => FirstBlock("bd8bf3f735279894", "{}"),
            "unknown content" => FirstBlock("0000000000000001", "{}"),
            "no content header" => TapeRig.Block(0, 1, new byte[100]),
            "damaged label" => FirstBlock(LabelMagic, LabelJson.Replace("1700000000", "\"now\"", StringComparison.Ordinal)),
            "cut label" => TapeRig.Block(0, 1, TapeRig.Preamble(LabelMagic, LabelJson).AsSpan(0, 60)),
            // ANSI X3.27 VOL1; LTFS Format Specification 2.4, 6.1: "LTFS" in bytes 24 to 27.
            "LTFS" => At(80, (0, "VOL1"), (4, "000001"), (10, "L"), (24, "LTFS         "), (79, "4")),
            "ANSI" => At(80, (0, "VOL1"), (4, "BACKUP"), (79, "3")),
            "ANSI cut" => At(7, (0, "VOL1"), (4, "BAC")),
            // POSIX ustar: magic in bytes 257 to 261.
            "tar" => At(10240, (0, "etc/"), (257, "ustar\0")),
            // Bacula block header 2: "BB02" behind checksum, length and number.
            "Bacula" => At(64512, (12, "BB02")),
            "cpio" => At(5120, (0, "070701")),
            "Amanda" => At(32768, (0, "AMANDA: TAPESTART")),
            "MTF" => At(65536, (0, "TAPE")),
            _ => new byte[65536],
        };
        MediaIdentity identity = MediaReader.Judge(block);
        identity.Label.ShouldBeNull();
        identity.Foreign!.ShouldContain(expected);
    }

    private static byte[] At(int length, params (int Offset, string Text)[] texts)
    {
        var bytes = new byte[length];
        foreach (var (offset, text) in texts)
            Encoding.ASCII.GetBytes(text).CopyTo(bytes, offset);
        return bytes;
    }

    [Fact]
    public void Judging_never_throws()
    {
        byte[] label = FirstBlock(LabelMagic, LabelJson);
        Gen.Select(Gen.Int[0, 160], Gen.Byte, Gen.Int[0, 300], Gen.Bool).Sample((at, value, length, whole) =>
        {
            byte[] block = whole ? [.. label] : label[..length];
            if (at < block.Length)
                block[at] = value;
            MediaIdentity identity = MediaReader.Judge(block);
            return !identity.IsBlank && (identity.Label is null) != (identity.Foreign is null) && (whole || identity.Label is null);
        }, iter: 3000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"uuid":7,"label_text":"a","ctime":1}""")]
    [InlineData("""{"uuid":"x","label_text":"a","ctime":1}""")]
    [InlineData("""{"uuid":"00112233-4455-6677-8899-aabbccddeeff","label_text":null,"ctime":1}""")]
    [InlineData("""{"uuid":"00112233-4455-6677-8899-aabbccddeeff","label_text":"a","ctime":1.5}""")]
    [InlineData("""{"uuid":"00112233-4455-6677-8899-aabbccddeeff","label_text":"a","ctime":9223372036854775807}""")]
    public void What_is_no_label(string json) => MediaLabel.TryParse(Encoding.UTF8.GetBytes(json)).ShouldBeNull();

    [Fact]
    public void A_label_of_somebody_else_does_not_move_the_cursor() =>
        MediaLabel.TryParse("""{"uuid":"0f0e0d0c-0b0a-0908-0706-050403020100","label_text":"A\u001b[31m\n\u009bB","ctime":0}"""u8.ToArray())!
            .Text.ShouldBe("A?[31m??B");

    [Fact]
    public void A_blank_tape_becomes_ours()
    {
        using var rig = new TapeRig();
        MediaReader.Identify(rig.Drive).IsBlank.ShouldBeTrue();
        MediaAppender.WriteLabel(rig.Drive, Label);
        MediaReader.Identify(rig.Drive).Label.ShouldBe(Label);
        rig.RawBlocks(0).ShouldHaveSingleItem().AsSpan(64, LabelJson.Length).SequenceEqual(Encoding.ASCII.GetBytes(LabelJson)).ShouldBeTrue();
        rig.Drive.ReadPosition().ShouldBe(new TapePosition(0, 2, 1, false, false));
        rig.Drive.DurableObjectId.ShouldBe(2);
    }

    [Fact]
    public void Tapes_of_others_in_the_drive()
    {
        using var rig = new TapeRig();
        rig.Drive.WriteFilemarks(1);
        MediaReader.Identify(rig.Drive).Foreign!.ShouldContain("begins with a filemark");
        rig.Drive.Rewind();
        rig.Drive.Write(At(10240, (257, "ustar")));
        MediaReader.Identify(rig.Drive).Foreign!.ShouldContain("tar");
        rig.Drive.Rewind();
        rig.Drive.Write(new byte[1 << 20]);
        MediaReader.Identify(rig.Drive).Foreign!.ShouldContain("1048576 bytes");
    }

    [Fact]
    public void Appending_stands_behind_the_filemark_at_end_of_data()
    {
        using var rig = new TapeRig();
        MediaAppender.WriteLabel(rig.Drive, Label);
        rig.Drive.Rewind();
        MediaAppender.Prepare(rig.Drive).ShouldBe(2);
        rig.Drive.Write(new byte[TapeRig.BlockLength]).ShouldBe(WriteOutcome.Written);
        rig.Drive.WriteFilemarks(1);
        MediaAppender.Prepare(rig.Drive).ShouldBe(4);
        rig.Drive.LocateEndOfData().ObjectId.ShouldBe(4);
    }

    [Fact]
    public void A_missing_filemark_is_written_before_anything_is_appended()
    {
        using var rig = new TapeRig();
        MediaAppender.WriteLabel(rig.Drive, Label);
        rig.Drive.Write(TapeRig.Block(0, 0, TapeRig.Preamble("bd8bf3f735279894", "{}")));
        rig.Drive.Flush();
        MediaAppender.Prepare(rig.Drive).ShouldBe(4);
        rig.Drive.Locate(3);
        rig.Drive.Read(new byte[16]).Kind.ShouldBe(ReadKind.Filemark);
        rig.Drive.DurableObjectId.ShouldBe(4);
    }

    [Fact]
    public void A_labelling_that_was_cut_off_before_its_filemark_is_ended()
    {
        using var rig = new TapeRig();
        rig.Drive.Write(FirstBlock(LabelMagic, LabelJson));
        MediaAppender.Prepare(rig.Drive).ShouldBe(2);
        rig.Drive.LocateEndOfData().ObjectId.ShouldBe(2);
    }

    [Fact]
    public void A_tape_without_room_for_a_label()
    {
        using var rig = new TapeRig(capacityBytes: 100_000, earlyWarningBytes: 0);
        Should.Throw<MediaException>(() => MediaAppender.WriteLabel(rig.Drive, Label)).Problem.ShouldBe(MediaProblem.Full);
        rig.Drive.LocateEndOfData().ObjectId.ShouldBe(0);
    }
}
