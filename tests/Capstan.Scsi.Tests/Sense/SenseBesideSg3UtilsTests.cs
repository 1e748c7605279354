using System.Text.RegularExpressions;

namespace Capstan.Scsi.Tests;

/// <summary>Sense data: our decoder beside sg_decode_sense on the same bytes.</summary>
public partial class SenseBesideSg3UtilsTests
{
    [Theory]
    // What drives say in everyday work: filemark, end of data, early warning, short block, and the captured refusal.
    [InlineData("F0 00 80 00 00 10 00 0A 00 00 00 00 00 01 00 00 00 00")]
    [InlineData("F0 00 08 00 00 10 00 0A 00 00 00 00 00 05 00 00 00 00")]
    [InlineData("F0 00 40 00 00 00 00 0A 00 00 00 00 00 02 00 00 00 00")]
    [InlineData("F0 00 20 00 00 0C 18 0A 00 00 00 00 00 00 00 00 00 00")]
    [InlineData("F0 00 20 FF FF FC 18 0A 00 00 00 00 00 00 00 00 00 00")]
    [InlineData("70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 02")]
    [InlineData("70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CB 00 01")]
    [InlineData("70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 11")]
    [InlineData("70 00 02 00 00 00 00 0A 00 00 00 00 04 01 00 80 7F FF")]
    [InlineData("70 00 06 00 00 00 00 0A 00 00 00 00 29 00 00 00 00 00")]
    [InlineData("71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00")]
    [InlineData("70 00 07 00 00 00 00 0A 00 00 00 00 27 00 00 00 00 00")]
    [InlineData("70 00 07 00 00 00 00 0A 00 00 00 00 74 03 00 00 00 00")]
    [InlineData("70 00 4D 00 00 00 00 0A 00 00 00 00 00 02 00 00 00 00")]
    // Descriptor format: information, stream commands, field pointer, progress, deferred.
    [InlineData("72 00 00 02 00 00 00 10 00 0A 80 00 00 00 00 00 00 00 01 00 04 02 00 40")]
    [InlineData("72 05 24 00 00 00 00 08 02 06 00 00 C8 00 04 00")]
    [InlineData("72 02 04 07 00 00 00 08 02 06 00 00 80 40 00 00")]
    [InlineData("73 03 0C 00 00 00 00 00")]
    public void Key_code_bits_and_numbers_are_the_same(string hex)
    {
        byte[] bytes = Hex.Bytes(hex);
        SenseData.TryDecode(bytes, out SenseData ours).ShouldBeTrue();
        string theirs = Sg3Utils.Run("sg_decode_sense", bytes, "--file={0}");
        theirs.ShouldContain($"{(ours.IsDescriptorFormat ? "Descriptor" : "Fixed")} format, {(ours.IsDeferred ? "<<<deferred>>>" : "current")}");
        Key().Match(theirs).Groups[1].Value.ShouldBe(ours.Key.Text(), StringCompareShould.IgnoreCase);
        Same(Code().Match(theirs).Groups[1].Value, ours.Code).ShouldBeTrue($"{theirs} and {ours}");
        FilemarkWord().IsMatch(theirs).ShouldBe(ours.Filemark, theirs);
        EndOfMediumWord().IsMatch(theirs).ShouldBe(ours.EndOfMedium, theirs);
        IncorrectLengthWord().IsMatch(theirs).ShouldBe(ours.IncorrectLengthIndicator, theirs);
        if (ours.Information is { } information && !ours.IsDescriptorFormat)
            theirs.ShouldContain($"Info fld=0x{(uint)information:x} ");
        if (ours.FieldPointer is { } pointer)
            theirs.ShouldContain($"Error in {(pointer.InCdb ? "Command" : "Data parameters")}: byte {pointer.Byte}{(pointer.Bit is { } bit ? $" bit {bit}" : "")}");
        if (ours.Progress is { } progress)
            theirs.ShouldContain($"{progress * 100 / 65536}");
    }

    /// <summary>Every additional sense code that we have words for, and sg3_utils too.</summary>
    [Fact]
    public void Additional_sense_codes_have_the_same_words()
    {
        var wrong = new List<string>();
        int compared = 0;
        foreach (SenseCode code in Known())
        {
            byte[] bytes = [0x70, 0, 0x05, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, code.Asc, code.Ascq, 0, 0, 0, 0];
            string theirs = Code().Match(Sg3Utils.Run("sg_decode_sense", bytes, "--file={0}")).Groups[1].Value;
            // What belongs to disks and the like has no words of ours.
            if (theirs.StartsWith("ASC=", StringComparison.Ordinal) || theirs.Length == 0 || code.Devices == SenseCodeDevices.None)
                continue;
            compared++;
            if (!Same(theirs, code))
                wrong.Add($"{code}: {theirs} / {code.Text}");
        }

        compared.ShouldBeGreaterThan(100);
        wrong.ShouldBeEmpty();
    }

    private static IEnumerable<SenseCode> Known()
    {
        foreach (byte asc in new byte[] { 0x00, 0x04, 0x0C, 0x11, 0x14, 0x15, 0x1A, 0x20, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2C, 0x30, 0x31, 0x33, 0x37, 0x3A, 0x3B, 0x3E, 0x3F, 0x44, 0x47, 0x4B, 0x50, 0x51, 0x52, 0x53, 0x55, 0x5A, 0x5D, 0x74 })
            for (int ascq = 0; ascq < 0x20; ascq++)
                yield return new SenseCode(asc, (byte)ascq);
    }

    /// <summary>Words, not capitals, hyphens or abbreviations.</summary>
    private static bool Same(string theirs, SenseCode code) => Words(theirs) == Words(code.Text);

    private static string Words(string text) => NoWord().Replace(text.ToUpperInvariant(), "");

    [GeneratedRegex("Sense key: (.*)")]
    private static partial Regex Key();

    [GeneratedRegex("Additional sense: (.*)")]
    private static partial Regex Code();

    [GeneratedRegex(@"\bFMK\b")]
    private static partial Regex FilemarkWord();

    [GeneratedRegex(@"\bEOM\b")]
    private static partial Regex EndOfMediumWord();

    [GeneratedRegex(@"\bILI\b")]
    private static partial Regex IncorrectLengthWord();

    [GeneratedRegex("[^A-Z0-9]")]
    private static partial Regex NoWord();
}
