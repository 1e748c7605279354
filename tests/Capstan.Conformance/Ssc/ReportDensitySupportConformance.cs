using System.Buffers.Binary;

namespace Capstan.Conformance.Ssc;

/// <summary>REPORT DENSITY SUPPORT (SSC-4 7.9).</summary>
public abstract class ReportDensitySupportConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const int DensityBytes = 52;
    private const int MediumTypeBytes = 56;

    [Fact]
    public void EveryDescriptorIsWhole() => Check("SSC-4 7.9.3: 52 bytes each, ascending", device =>
    {
        byte[][] densities = [.. Descriptors(device, "00", DensityBytes)];
        densities.ShouldNotBeEmpty();
        densities.Select(one => one[0]).ShouldBe(densities.Select(one => one[0]).Order());
    });

    [Fact]
    public void OneIsTheDefault() => Check("SSC-4 7.9.3: DEFLT, and it can be written (WRTOK)", device =>
    {
        byte[][] defaults = [.. Descriptors(device, "00", DensityBytes).Where(one => (one[2] & 0x20) != 0)];
        defaults.ShouldHaveSingleItem();
        (defaults[0][2] & 0x80).ShouldNotBe(0);
    });

    [Fact]
    public void TheLoadedMediumsIsThatOfModeSense() => Check("SSC-4 7.9.2: MEDIA=1", device =>
    {
        byte density = device.Good("1A 00 3F 00 FF 00", dataIn: 255)[4];
        Descriptors(device, "01", DensityBytes).Select(one => one[0]).ShouldContain(density);
    });

    [Fact]
    public void MediumTypes() => Check("SSC-4 7.9.4: MEDIUM TYPE=1, 56 bytes each, densities that there are", device =>
    {
        byte[] densities = [.. Descriptors(device, "00", DensityBytes).Select(one => one[0])];
        byte[][] types = [.. Descriptors(device, "02", MediumTypeBytes)];
        types.ShouldNotBeEmpty();
        foreach (byte[] type in types)
            densities.ShouldContain(type[5], "the first of the densities that it can have");
    });

    [Fact]
    public void NothingIsTheMediumWithoutATape() => Check("SSC-4 7.9.1: MEDIA=1, NOT READY", device =>
    {
        device.Send("1B 00 00 00 00 00").Good();
        device.Send("44 01 00 00 00 00 00 10 00 00", dataIn: 4096).Outcome.ShouldStartWith("2/");
        // What the drive can do it says also then.
        Descriptors(device, "00", DensityBytes).ShouldNotBeEmpty();
    });

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6: the length field is not altered", device =>
        device.Good("44 00 00 00 00 00 00 00 04 00", dataIn: 4).ShouldBe(device.Good("44 00 00 00 00 00 00 10 00 00", dataIn: 4096)[..4]));

    private static IEnumerable<byte[]> Descriptors(TargetDevice device, string flags, int length)
    {
        byte[] answer = device.Good($"44 {flags} 00 00 00 00 00 10 00 00", dataIn: 4096);
        // AVAILABLE DENSITY SUPPORT LENGTH counts what is behind it, two reserved bytes first.
        int available = BinaryPrimitives.ReadUInt16BigEndian(answer);
        answer.Length.ShouldBe(2 + available);
        ((available - 2) % length).ShouldBe(0, "descriptors");
        return answer[4..].Chunk(length);
    }
}
