using System.Buffers.Binary;

namespace Capstan.Conformance.Smc;

/// <summary>One element as READ ELEMENT STATUS tells it (SMC-3 6.11).</summary>
/// <param name="Type">1 transport, 2 storage, 3 import/export, 4 data transfer.</param>
/// <param name="Address">Element address.</param>
/// <param name="IsFull">FULL.</param>
/// <param name="VolumeTag">Primary volume tag without trailing blanks; empty without VOLTAG.</param>
internal sealed record Element(int Type, int Address, bool IsFull, string VolumeTag)
{
    private const int VolumeTagBytes = 32;

    /// <summary>Reads one type (0: all) and checks every length on the way.</summary>
    internal static List<Element> ReadAll(TargetDevice device, int type, bool volumeTags = true)
    {
        byte[] answer = device.Good($"B8 {(volumeTags ? 0x10 : 0) | type:X2} 0000 03E8 00 00FFFF 00 00", dataIn: 0xFFFF);
        answer.Length.ShouldBeGreaterThanOrEqualTo(8);
        int count = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2));
        // That BYTE COUNT OF REPORT AVAILABLE is right is a check of its own.
        int end = Math.Min(answer.Length, 8 + (answer[5] << 16 | answer[6] << 8 | answer[7]));
        List<Element> elements = [];
        for (int page = 8; page < end;)
        {
            int descriptorBytes = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(page + 2));
            int bytes = answer[page + 5] << 16 | answer[page + 6] << 8 | answer[page + 7];
            descriptorBytes.ShouldBeGreaterThanOrEqualTo(12, "ELEMENT DESCRIPTOR LENGTH");
            (bytes % descriptorBytes).ShouldBe(0, "whole descriptors");
            bool tagged = (answer[page + 1] & 0x80) != 0;
            for (int at = page + 8; at < page + 8 + bytes; at += descriptorBytes)
            {
                string tag = tagged ? System.Text.Encoding.ASCII.GetString(answer, at + 12, VolumeTagBytes).TrimEnd(' ', '\0') : "";
                elements.Add(new Element(answer[page] & 0x0F, BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at)), (answer[at + 2] & 0x01) != 0, tag));
            }
            page += 8 + bytes;
        }
        elements.Count.ShouldBe(count, "NUMBER OF ELEMENTS AVAILABLE");
        return elements;
    }
}
