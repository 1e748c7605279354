using Capstan.Scsi;
using CsCheck;

namespace Capstan.Scsi.Tests.Sense;

/// <summary>
/// Golden bytes were decoded independently with sg_decode_sense of sg3_utils 1.46; its wording stands beside each.
/// </summary>
public class SenseDataTests
{
    private static SenseData Decode(string hex)
    {
        SenseData.TryDecode(Convert.FromHexString(hex.Replace(" ", "")), out SenseData sense).ShouldBeTrue();
        return sense;
    }

    // sg_decode_sense(8), EXAMPLES: "Fixed format, current; Sense key: Medium Error", "Unrecovered read error", "Info fld=0x1234 [4660]"
    [Fact]
    public void The_manual_page_example_is_an_unrecovered_read_error()
    {
        SenseData sense = Decode("f0 00 03 00 00 12 34 0a 00 00 00 00 11 00 00 00 00 00");
        sense.Key.ShouldBe(SenseKey.MediumError);
        sense.Code.ShouldBe(SenseCode.UnrecoveredReadError);
        sense.Information.ShouldBe(4660);
        sense.IsDeferred.ShouldBeFalse();
        sense.IsDescriptorFormat.ShouldBeFalse();
        sense.CommandSpecificInformation.ShouldBeNull();
        sense.ToString().ShouldBe("MEDIUM ERROR 11/00 \"Unrecovered read error\"; information 4660");
    }

    // "No Sense; Filemark detected; Info fld=0x2000 [8192] FMK"
    [Fact]
    public void Fixed_filemark_carries_the_residue()
    {
        SenseData sense = Decode("f0 00 80 00 00 20 00 0a 00 00 00 00 00 01 00 00 00 00");
        sense.ShouldBe(new SenseData { Filemark = true, Information = 8192, Code = SenseCode.FilemarkDetected });
    }

    // "No Sense; Info fld=0xfffffe00; ILI": a block 512 bytes longer than asked for.
    [Fact]
    public void Fixed_information_is_a_signed_32_bit_number()
    {
        SenseData sense = Decode("f0 00 20 ff ff fe 00 0a 00 00 00 00 00 00 00 00 00 00");
        sense.ShouldBe(new SenseData { IncorrectLengthIndicator = true, Information = -512 });
    }

    // "Blank Check; End-of-data detected; EOM"; VALID is 0.
    [Fact]
    public void Information_without_valid_is_absent()
    {
        Decode("70 00 48 00 00 00 07 0a 00 00 00 00 00 05 00 00 00 00").ShouldBe(
            new SenseData { Key = SenseKey.BlankCheck, EndOfMedium = true, Code = SenseCode.EndOfDataDetected });
    }

    // "<<<deferred>>>; Medium Error; Write error; Info fld=0x40 [64]"
    [Fact]
    public void Deferred_fixed_is_told_apart() =>
        Decode("f1 00 03 00 00 00 40 0a 00 00 00 00 0c 00 00 00 00 00").ShouldBe(
            new SenseData { IsDeferred = true, Key = SenseKey.MediumError, Information = 64, Code = SenseCode.WriteError });

    // "Illegal Request; Invalid field in cdb; Sense Key Specific: Error in Command: byte 1 bit 3"
    [Fact]
    public void Fixed_field_pointer()
    {
        SenseData sense = Decode("70 00 05 00 00 00 00 0a 00 00 00 00 24 00 00 cb 00 01");
        sense.FieldPointer.ShouldBe(new FieldPointer(InCdb: true, Byte: 1, Bit: 3));
        sense.ToString().ShouldBe("ILLEGAL REQUEST 24/00 \"Invalid field in CDB\"; field pointer CDB byte 1 bit 3");
    }

    // "Not Ready; Logical unit is in process of becoming ready; Progress indication: 49.99%"
    [Fact]
    public void Fixed_progress()
    {
        SenseData sense = Decode("70 00 02 00 00 00 00 0a 00 00 00 00 04 01 00 80 7f ff");
        sense.Progress.ShouldBe((ushort)0x7FFF);
        sense.Code.ShouldBe(SenseCode.LogicalUnitIsInProcessOfBecomingReady);
        sense.ToString().ShouldEndWith("progress 49%");
    }

    // "Descriptor format, current; No Sense; End-of-partition/medium detected; Information: 0xfffffffffffffe00; End Of Medium (EOM)"
    [Fact]
    public void Descriptor_information_and_stream_commands() =>
        Decode("72 00 00 02 00 00 00 10 00 0a 80 00 ff ff ff ff ff ff fe 00 04 02 00 40").ShouldBe(new SenseData
        {
            IsDescriptorFormat = true,
            EndOfMedium = true,
            Information = -512,
            Code = SenseCode.EndOfPartitionMediumDetected,
        });

    // "Illegal Request; Field pointer: Error in Command: byte 4 bit 0"
    [Fact]
    public void Descriptor_field_pointer() =>
        Decode("72 05 24 00 00 00 00 08 02 06 00 00 c8 00 04 00").FieldPointer.ShouldBe(new FieldPointer(true, 4, 0));

    // "Not Ready; operation in progress; Progress indication: 25.00%"
    [Fact]
    public void Descriptor_progress() =>
        Decode("72 02 04 07 00 00 00 08 02 06 00 00 80 40 00 00").Progress.ShouldBe((ushort)0x4000);

    // "<<<deferred>>>; Medium Error; Write error"
    [Fact]
    public void Deferred_descriptor_is_told_apart() =>
        Decode("73 03 0c 00 00 00 00 00").ShouldBe(
            new SenseData { IsDeferred = true, IsDescriptorFormat = true, Key = SenseKey.MediumError, Code = SenseCode.WriteError });

    // "Block commands: Incorrect Length Indicator (ILI) set"
    [Fact]
    public void Block_commands_descriptor_carries_the_length_indicator() =>
        Decode("72 03 11 00 00 00 00 04 05 02 00 20").IncorrectLengthIndicator.ShouldBeTrue();

    // Adapters that keep 8 or 14 bytes: what is missing is absent, not wrong.
    [Fact]
    public void Fixed_sense_cut_to_8_bytes_keeps_key_flags_and_information() =>
        Decode("f0 00 a2 00 00 01 00 0a").ShouldBe(new SenseData
        {
            Key = SenseKey.NotReady,
            Filemark = true,
            IncorrectLengthIndicator = true,
            Information = 256,
            Code = SenseCode.NoAdditionalSenseInformation,
        });

    // "Unit Attention; Power on, reset, or bus device reset occurred"
    [Fact]
    public void Fixed_sense_cut_to_14_bytes_keeps_the_code() =>
        Decode("70 00 06 00 00 00 00 0a 00 00 00 00 29 00").ShouldBe(
            new SenseData { Key = SenseKey.UnitAttention, Code = SenseCode.PowerOnResetOrBusDeviceResetOccurred });

    [Fact]
    public void Bytes_beyond_the_additional_sense_length_are_not_read()
    {
        // Additional sense length 4 ends before the code at bytes 12 and 13.
        Decode("70 00 03 00 00 00 00 04 00 00 00 00 11 00 00 00 00 00").Code.ShouldBe(SenseCode.NoAdditionalSenseInformation);
        // The descriptor behind the declared end is rubbish in the buffer.
        Decode("72 03 11 00 00 00 00 00 04 02 00 80").Filemark.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("00 00 00 00 00 00 00 00")]
    [InlineData("7f 00 03 00 00 00 00 0a 00 00 00 00 11 00")]
    [InlineData("70 00")]
    [InlineData("72 03 11")]
    public void What_is_no_sense_is_refused(string hex) =>
        SenseData.TryDecode(Convert.FromHexString(hex.Replace(" ", "")), out _).ShouldBeFalse();

    [Fact]
    public void Descriptors_of_unknown_type_and_cut_ones_are_passed_over()
    {
        // Vendor descriptor 80h, then FM; then an information descriptor of which only four bytes arrived.
        SenseData sense = Decode("72 00 00 01 00 00 00 20 80 02 aa bb 04 02 00 80 00 0a 80 00");
        sense.Filemark.ShouldBeTrue();
        sense.Information.ShouldBeNull();
    }

    [Theory]
    [InlineData("f0 00 80 00 00 20 00 0a 00 00 00 00 00 01 00 00 00 00")]
    [InlineData("f1 00 03 ff ff fe 00 0a 00 00 00 09 0c 00 00 00 00 00")]
    [InlineData("70 00 05 00 00 00 00 0a 00 00 00 00 24 00 00 cb 00 01")]
    [InlineData("70 00 05 00 00 00 00 0a 00 00 00 00 26 00 00 80 00 11")]
    [InlineData("70 00 02 00 00 00 00 0a 00 00 00 00 04 01 00 80 7f ff")]
    [InlineData("72 00 00 02 00 00 00 10 00 0a 80 00 ff ff ff ff ff ff fe 00 04 02 00 40")]
    [InlineData("72 05 24 00 00 00 00 08 02 06 00 00 c8 00 04 00")]
    [InlineData("73 03 0c 00 00 00 00 00")]
    public void Golden_bytes_encode_to_themselves(string hex)
    {
        byte[] golden = Convert.FromHexString(hex.Replace(" ", ""));
        var bytes = new byte[SenseData.MaxEncodedLength];
        int length = Decode(hex).Encode(bytes);
        bytes[..length].ShouldBe(golden);
    }

    [Fact]
    public void A_short_destination_gets_the_beginning()
    {
        var bytes = new byte[8];
        new SenseData { Key = SenseKey.MediumError, Code = SenseCode.WriteError }.Encode(bytes).ShouldBe(8);
        bytes.ShouldBe(Convert.FromHexString("700003000000000A"));
        new SenseData().Encode([]).ShouldBe(0);
    }

    [Fact]
    public void Information_that_does_not_fit_the_fixed_format_is_not_valid()
    {
        var sense = new SenseData { Information = 0x1_0000_0000 };
        var bytes = new byte[18];
        sense.Encode(bytes);
        bytes[0].ShouldBe((byte)0x70);
    }

    [Fact]
    public void A_field_names_itself_by_its_most_significant_bit()
    {
        FieldPointer.To(new BitField(1, 4, 3), inCdb: true).ShouldBe(new FieldPointer(true, 1, 4));
        FieldPointer.To(BitField.WholeByte(8), inCdb: false).ShouldBe(new FieldPointer(false, 8, null));
    }

    [Fact]
    public void Random_bytes_never_throw_and_what_decodes_prints()
    {
        Gen<byte[]> anything = Gen.Byte.Array[0, 80];
        Gen<byte[]> likely = Gen.Select(Gen.Int[0x6F, 0x74], Gen.Bool, anything, (code, valid, rest) => (byte[])[(byte)(valid ? code | 0x80 : code), .. rest]);
        Gen.OneOf(anything, likely).Sample(
            bytes =>
            {
                if (SenseData.TryDecode(bytes, out SenseData sense))
                    sense.ToString().ShouldNotBeEmpty();
                else
                    sense.ShouldBe(default);
            },
            iter: 20_000);
    }

    [Fact]
    public void Every_field_survives_encoding_in_both_formats()
    {
        Gen<SenseData> senses =
            from format in Gen.Select(Gen.Bool, Gen.Bool)
            from key in Gen.Int[0, 15]
            from code in Gen.Select(Gen.Byte, Gen.Byte)
            from flags in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool)
            from hasInformation in Gen.Bool
            from information in Gen.Long
            from specific in Gen.UInt
            from number in Gen.UShort
            from bits in Gen.Int[0, 8]
            from hasSpecific in Gen.Bool
            select new SenseData
            {
                IsDeferred = format.Item1,
                IsDescriptorFormat = format.Item2,
                Key = (SenseKey)key,
                Code = new SenseCode(code.Item1, code.Item2),
                Filemark = flags.Item1,
                EndOfMedium = flags.Item2,
                IncorrectLengthIndicator = flags.Item3,
                Information = !hasInformation ? null : format.Item2 ? information : (int)information,
                CommandSpecificInformation = specific == 0 ? null : specific,
                Progress = hasSpecific && key is 0 or 2 ? number : null,
                FieldPointer = hasSpecific && key == 5 ? new FieldPointer(flags.Item1, number, bits == 8 ? null : (byte)bits) : null,
            };
        senses.Sample(
            sense =>
            {
                var bytes = new byte[SenseData.MaxEncodedLength];
                int length = sense.Encode(bytes);
                SenseData.TryDecode(bytes.AsSpan(0, length), out SenseData back).ShouldBeTrue();
                back.ShouldBe(sense);
            },
            iter: 20_000);
    }
}
