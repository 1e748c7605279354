using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SSC-4 7.2; the bytes of the first two are those that Linux sends (drivers/scsi/st.c, format_medium).</summary>
public class FormatMediumTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new FormatMedium(MediumFormat.Default), "040000000000", "FORMAT MEDIUM default");
        Wire.ShouldBe(new FormatMedium(MediumFormat.Partition), "040001000000", "FORMAT MEDIUM partition");
        Wire.ShouldBe(new FormatMedium(MediumFormat.DefaultThenPartition, Immediate: true, Verify: true, 0x1234), "040302123400", "FORMAT MEDIUM default, then partition verify immed");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<FormatMedium>("040003000000", FormatMedium.FormatField);
        Wire.ShouldRefuse<FormatMedium>("040400000000", BitField.Bit(1, 2));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(
        Gen.Select(Gen.Int[0, 2], Gen.Bool, Gen.Bool, Gen.UShort, (format, immediate, verify, length) => new FormatMedium((MediumFormat)format, immediate, verify, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<FormatMedium>("040100000000");
}
