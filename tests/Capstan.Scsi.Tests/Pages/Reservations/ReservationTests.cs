using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>Answers and the parameter list of persistent reservations, as the tables of SPC-4 6.15 and 6.16 have them.</summary>
public class ReservationTests
{
    [Fact]
    public void Keys()
    {
        // PRGENERATION 3, 16 bytes: two keys.
        const string bytes = "00000003" + "00000010" + "00000000000000AB" + "123456789ABCDEF0";
        var keys = new ReservationKeys(3, [0xAB, 0x123456789ABCDEF0]);
        Convert.ToHexString(Wire.Written(keys.WriteTo, keys.Length)).ShouldBe(bytes);
        ReservationKeys.TryDecode(Hex.Bytes(bytes), out ReservationKeys read).ShouldBeTrue();
        read.Generation.ShouldBe(3u);
        read.Keys.ShouldBe([0xAB, 0x123456789ABCDEF0]);
        // Cut in the second key.
        ReservationKeys.TryDecode(Hex.Bytes(bytes).AsSpan(0, 20), out read).ShouldBeTrue();
        read.Keys.ShouldBe([0xAB]);
    }

    [Fact]
    public void Holder()
    {
        // Key, obsolete, reserved, scope 0 type 6.
        const string bytes = "00000003" + "00000010" + "00000000000000AB" + "00000000" + "00" + "06" + "0000";
        var holder = new ReservationHolder(3, ReservationType.ExclusiveAccessRegistrantsOnly, 0xAB);
        Convert.ToHexString(Wire.Written(holder.WriteTo, holder.Length)).ShouldBe(bytes);
        ReservationHolder.TryDecode(Hex.Bytes(bytes), out ReservationHolder read).ShouldBeTrue();
        read.ShouldBe(holder);
        ReservationHolder.TryDecode(Hex.Bytes("0000000700000000"), out read).ShouldBeTrue();
        read.ShouldBe(new ReservationHolder(7, ReservationType.None));
        ReservationHolder.TryDecode(Hex.Bytes(bytes).AsSpan(0, 23), out _).ShouldBeFalse();
    }

    [Fact]
    public void Capabilities()
    {
        // Length 8; TMV and ALLOW COMMANDS 1; types EX_AC_RO and EX_AC in byte 4, EX_AC_AR in byte 5.
        const string bytes = "0008" + "00" + "90" + "48" + "01" + "0000";
        var capabilities = new ReservationCapabilities
        {
            AllowCommands = 1,
            Types = [ReservationType.ExclusiveAccess, ReservationType.ExclusiveAccessRegistrantsOnly, ReservationType.ExclusiveAccessAllRegistrants],
        };
        Convert.ToHexString(Wire.Written(capabilities.WriteTo, ReservationCapabilities.Length)).ShouldBe(bytes);
        ReservationCapabilities.TryDecode(Hex.Bytes(bytes), out ReservationCapabilities read).ShouldBeTrue();
        read.AllowCommands.ShouldBe(1);
        read.Types.ShouldBe(capabilities.Types);
        // All that LIO of Linux 6.1 says of itself: CRH, SIP_C, ATP_C, PTPL_C; TMV, PTPL_A; all types (drivers/target/target_core_pr.c).
        ReservationCapabilities.TryDecode(Hex.Bytes("00081D81EA010000"), out read).ShouldBeTrue();
        read.ShouldSatisfyAllConditions(
            () => read.CompatibleHandling.ShouldBeTrue(),
            () => read.SpecifiesInitiators.ShouldBeTrue(),
            () => read.AllTargetPorts.ShouldBeTrue(),
            () => read.CanSurvivePowerLoss.ShouldBeTrue(),
            () => read.SurvivesPowerLoss.ShouldBeTrue(),
            () => read.Types.Length.ShouldBe(6));
    }

    [Fact]
    public void Full_status()
    {
        // One holder, type 3, port 1, a SAS TransportID of 24 bytes.
        const string bytes = "00000003" + "00000030" + "00000000000000AB" + "00000000" + "01" + "03" + "00000000" + "0001" + "00000018"
            + "06000000" + "3000000000000001" + "000000000000000000000000";
        var status = new ReservationFullStatus(3,
            [new Registration(0xAB, true, ReservationType.ExclusiveAccess, false, 1, Registration.SasTransportId(0x3000000000000001))]);
        Convert.ToHexString(Wire.Written(status.WriteTo, status.Length)).ShouldBe(bytes);
        ReservationFullStatus.TryDecode(Hex.Bytes(bytes), out ReservationFullStatus read).ShouldBeTrue();
        Registration one = read.Registrations.ShouldHaveSingleItem();
        one.Key.ShouldBe(0xABu);
        one.HoldsReservation.ShouldBeTrue();
        one.Type.ShouldBe(ReservationType.ExclusiveAccess);
        one.TargetPort.ShouldBe((ushort)1);
        one.Initiator.ShouldBe("sas 3000000000000001");
    }

    /// <summary>SPC-4 7.6.4.6: format 01b, name and ISID.</summary>
    [Fact]
    public void An_iSCSI_initiator_has_a_name()
    {
        byte[] id = [0x45, 0, 0, 0x18, .. System.Text.Encoding.ASCII.GetBytes("iqn.2001-04.example:h"), 0, 0, 0];
        new Registration(1, false, ReservationType.None, false, 1, [.. id]).Initiator.ShouldBe("iscsi iqn.2001-04.example:h");
    }

    [Fact]
    public void Parameters()
    {
        const string bytes = "0000000000000001" + "0000000000000002" + "00000000" + "01" + "00" + "0000";
        var parameters = new ReservationParameters(1, 2, SurvivesPowerLoss: true);
        Convert.ToHexString(Wire.Written(parameters.WriteTo, ReservationParameters.Length)).ShouldBe(bytes);
        ReservationParameters.TryDecode(Hex.Bytes(bytes), out ReservationParameters read).ShouldBeTrue();
        read.ShouldBe(parameters);
        ReservationParameters.TryDecode(Hex.Bytes(bytes).AsSpan(0, 23), out _).ShouldBeFalse();
    }

    [Fact]
    public void Total_over_bytes() => Gen.Byte.Array[0, 120].Sample(bytes =>
    {
        ReservationKeys.TryDecode(bytes, out _);
        ReservationHolder.TryDecode(bytes, out _);
        ReservationCapabilities.TryDecode(bytes, out _);
        ReservationParameters.TryDecode(bytes, out _);
        // A length that fits, so that descriptors are met.
        if (bytes.Length > 8)
            (bytes[4], bytes[5], bytes[6]) = (0, 0, 0);
        if (bytes.Length > 31)
            (bytes[28], bytes[29], bytes[30]) = (0, 0, 0);
        if (ReservationFullStatus.TryDecode(bytes, out ReservationFullStatus status))
        {
            foreach (Registration one in status.Registrations)
                _ = one.Initiator;
        }
    });
}
