using System.Collections.Immutable;
using CsCheck;

namespace Capstan.Scsi.Tests;

public class ReportDensitySupportTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReportDensitySupport(false, false, 512), "44000000000000020000", "REPORT DENSITY SUPPORT alloc 512");
        Wire.ShouldBe(new ReportDensitySupport(true, true, 0xFFFF), "44030000000000FFFF00", "REPORT DENSITY SUPPORT medium types media alloc 65535");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReportDensitySupport>("44040000000000020000", BitField.Bit(1, 2));
        Wire.ShouldRefuse<ReportDensitySupport>("44000000000000020080", BitField.Bit(9, 7));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Bool, Gen.Bool, Gen.UShort, (types, media, length) => new ReportDensitySupport(types, media, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReportDensitySupport>("44030000000000020000");

    [Fact]
    public void Captured_cdbs_are_this_command()
    {
        Cdb.Of(new ReportDensitySupport(false, false, 8192)).ShouldBe(HexFixture.Load("lto5-report-density").Cdb);
        Cdb.Of(new ReportDensitySupport(false, true, 8192)).ShouldBe(HexFixture.Load("lto5-report-density-media").Cdb);
    }

    [Fact]
    public void Captured_densities()
    {
        byte[] data = HexFixture.Load("lto5-report-density").Data;
        DensitySupport.TryDecode(data, out ImmutableArray<DensityDescriptor> densities).ShouldBeTrue();
        DensitySupport.HoldsMediumTypes(data).ShouldBeFalse();
        densities.Select(density => density.PrimaryDensity).ShouldBe([0x44, 0x46, 0x58]);
        densities[0].IsWritable.ShouldBeFalse();
        densities[0].IsDefault.ShouldBeTrue();
        densities[2].ShouldBe(Lto5 with { CapacityMegabytes = 1_500_000, Tracks = 1280 });
    }

    [Fact]
    public void Captured_density_of_the_medium()
    {
        DensitySupport.TryDecode(HexFixture.Load("lto5-report-density-media").Data, out ImmutableArray<DensityDescriptor> densities).ShouldBeTrue();
        densities.ShouldHaveSingleItem().ShouldBe(Lto5 with { Tracks = 1 });
        // What was captured is what is written, but for the descriptor's length, which counts only with DLV.
        Wire.Written(densities[0].WriteTo, DensityDescriptor.Length).ShouldBe(HexFixture.Load("lto5-report-density-media").Data[4..]);
    }

    private static DensityDescriptor Lto5 => new()
    {
        PrimaryDensity = 0x58,
        SecondaryDensity = 0x58,
        IsWritable = true,
        IsDefault = true,
        BitsPerMillimetre = 15142,
        MediaWidth = 127,
        Organization = "LTO-CVE",
        Name = "U-516",
        Description = "Ultrium 5/16T",
    };

    [Fact]
    public void Medium_types()
    {
        // SSC-4 7.9.4: type, length 34h, number of densities, nine codes, width, length in metres, texts of 8, 8 and 20.
        byte[] golden = Hex.Bytes("003A 0000" + "78 00 0034 02 5C5D00000000000000 007F 03C0 0000"
            + "4C544F2D43564520" + "552D373332202020" + "556C747269756D20372044617461202020202020");
        DensitySupport.HoldsMediumTypes(golden).ShouldBeTrue();
        DensitySupport.TryDecode(golden, out ImmutableArray<MediumTypeDescriptor> types).ShouldBeTrue();
        MediumTypeDescriptor type = types.ShouldHaveSingleItem();
        type.MediumType.ShouldBe((byte)0x78);
        type.Densities.ShouldBe([0x5C, 0x5D]);
        (type.MediaWidth, type.MediumLength).ShouldBe(((ushort)127, (ushort)960));
        (type.Organization, type.Name, type.Description).ShouldBe(("LTO-CVE", "U-732", "Ultrium 7 Data"));
        Wire.Written(type.WriteTo, MediumTypeDescriptor.Length).ShouldBe(golden[4..]);
    }

    /// <summary>DLV: a descriptor may be longer; the next one begins behind it.</summary>
    [Fact]
    public void A_longer_descriptor_is_skipped_as_a_whole()
    {
        byte[] one = HexFixture.Load("lto5-report-density-media").Data[4..];
        byte[] longer = [.. one, 1, 2, 3, 4];
        longer[2] |= 1;
        (longer[3], longer[4]) = (0, (byte)(longer.Length - 5));
        var data = new byte[4 + longer.Length + one.Length];
        longer.CopyTo(data, 4);
        one.CopyTo(data, 4 + longer.Length);
        DensitySupport.WriteHeader(data, data.Length - 4).ShouldBe(data.Length);
        DensitySupport.TryDecode(data, out ImmutableArray<DensityDescriptor> densities).ShouldBeTrue();
        densities.Length.ShouldBe(2);
    }

    /// <summary>Quantum's LTO-7 drives call the allocation length the length of the answer.</summary>
    [Fact]
    public void Zeros_behind_the_descriptors_end_the_list()
    {
        byte[] data = [.. HexFixture.Load("lto5-report-density").Data, .. new byte[4096 - 160]];
        (data[0], data[1]) = (0x0F, 0xFE);
        DensitySupport.TryDecode(data, out ImmutableArray<DensityDescriptor> densities).ShouldBeTrue();
        densities.Length.ShouldBe(3);
    }

    [Fact]
    public void Decoding_never_throws() => Gen.Byte.Array[0, 200].Sample(data =>
    {
        DensitySupport.TryDecode(data, out ImmutableArray<DensityDescriptor> densities).ShouldBe(data.Length >= 4);
        DensitySupport.TryDecode(data, out ImmutableArray<MediumTypeDescriptor> types);
        densities.Length.ShouldBeLessThan(5);
        types.Length.ShouldBeLessThan(5);
        _ = DensitySupport.HoldsMediumTypes(data);
    }, iter: 2000);
}
