using System.Buffers.Binary;
using System.Text;

namespace Capstan.Conformance.Spc;

/// <summary>WRITE ATTRIBUTE (SPC-4 6.47).</summary>
public abstract class WriteAttributeConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const int Vendor = 0x0800;
    private const int Label = 0x0803;
    private const int Localization = 0x0805;

    [Fact]
    public void WhatIsWrittenIsRead() => Check("SPC-4 6.47, 7.4.2.4", device =>
    {
        Write(device, (Vendor, 1, Ascii("CONFORM", 8)), (Label, 2, Text("a label", 160)), (Localization, 0, [0x81])).Good();
        ReadAttributeConformance.Attribute label = ReadAttributeConformance.AttributesOf(ReadAttributeConformance.Values(device, Label))[0];
        label.Id.ShouldBe(Label);
        (label.Flags & 0x83).ShouldBe(0x02, "text, not read-only");
        Encoding.ASCII.GetString(label.Value).TrimEnd(' ', '\0').ShouldBe("a label");
        Clear(device);
    });

    [Fact]
    public void LengthZeroDeletes() => Check("SPC-4 6.47: the attribute changes to the nonexistent state", device =>
    {
        Write(device, (Vendor, 1, Ascii("CONFORM", 8))).Good();
        Clear(device);
        device.Send($"8C 00 0000 00 00 00 00 {Vendor:X4} 00001000 00 00", dataIn: 4096).RefusesField();
        // What is not there is not deleted, and that is no error.
        Clear(device);
    });

    [Fact]
    public void AReadOnlyAttributeIsRefusedAndNothingChanges() => Check("SPC-4 6.47: INVALID FIELD IN PARAMETER LIST, no attribute is changed", device =>
    {
        Clear(device);
        Write(device, (0x0401, 1, Ascii("ANOTHER", 32)), (Vendor, 1, Ascii("CONFORM", 8))).Checks("5/26/00");
        Write(device, (0x0401, 1, [])).Checks("5/26/00");
        device.Send($"8C 00 0000 00 00 00 00 {Vendor:X4} 00001000 00 00", dataIn: 4096).RefusesField();
    });

    [Fact]
    public void AWrongLengthIsRefused() => Check("SPC-4 6.47: INVALID FIELD IN PARAMETER LIST", device =>
        Write(device, (Vendor, 1, Ascii("CONFORM", 7))).Checks("5/26/00"));

    [Fact]
    public void AnAttributeThatIsCutOffIsRefused() => Check("SPC-4 6.47: PARAMETER LIST LENGTH ERROR", device =>
    {
        byte[] list = ListOf((Vendor, 1, Ascii("CONFORM", 8)));
        device.Send($"8D 00 0000 00 00 00 00 0000 {list.Length - 3:X8} 00 00", list[..^3]).Checks("5/1A/00");
    });

    [Fact]
    public void AnEmptyListIsNoError() => Check("SPC-4 6.47: no data is no error", device =>
        device.Send("8D 00 0000 00 00 00 00 0000 00000000 00 00").Good());

    [Fact]
    public void ItMovesNoTapeAndChangesNoReference() => Check("SPC-5, VOLUME CHANGE REFERENCE", device =>
    {
        device.Write(new byte[2000]).Good();
        device.WriteFilemarks(1).Good();
        string before = Convert.ToHexString(ReadAttributeConformance.AttributesOf(ReadAttributeConformance.Values(device, 0x0009))[0].Value);
        Write(device, (Vendor, 1, Ascii("CONFORM", 8))).Good();
        Convert.ToHexString(ReadAttributeConformance.AttributesOf(ReadAttributeConformance.Values(device, 0x0009))[0].Value).ShouldBe(before);
        device.ShouldStandAt(2, "behind the filemark");
        Clear(device);
    });

    private static void Clear(TargetDevice device) => Write(device, (Vendor, 1, []), (Label, 2, []), (Localization, 0, [])).Good();

    private static Reply Write(TargetDevice device, params (int Id, int Format, byte[] Value)[] attributes)
    {
        byte[] list = ListOf(attributes);
        return device.Send($"8D 01 0000 00 00 00 00 0000 {list.Length:X8} 00 00", list);
    }

    private static byte[] ListOf(params (int Id, int Format, byte[] Value)[] attributes)
    {
        var list = new List<byte>([0, 0, 0, 0]);
        foreach ((int id, int format, byte[] value) in attributes)
            list.AddRange([(byte)(id >> 8), (byte)id, (byte)format, (byte)(value.Length >> 8), (byte)value.Length, .. value]);
        byte[] bytes = [.. list];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        return bytes;
    }

    private static byte[] Ascii(string text, int length) => Encoding.ASCII.GetBytes(text.PadRight(length)[..length]);

    private static byte[] Text(string text, int length) => Encoding.ASCII.GetBytes(text.PadRight(length, '\0'));
}
