using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>Mode pages of changers: captures, and the layouts of Dell's TL2000, Fujitsu's M2488 and Quantum's SuperLoader 3 references.</summary>
public class ChangerModePageTests
{
    private static readonly ElementType[] Types = [ElementType.MediumTransport, ElementType.Storage, ElementType.ImportExport, ElementType.DataTransfer];

    [Fact]
    public void Element_addresses()
    {
        var page = new ElementAddressAssignment
        {
            MediumTransport = new(1, 1),
            Storage = new(1000, 8),
            ImportExport = new(10, 2),
            DataTransfer = new(500, 2),
        };
        PageOf<ElementAddressAssignment>("changer-mode-sense-1d", out byte[] bytes).ShouldBe(page);
        Wire.Written(page.WriteTo, 20).ShouldBe(bytes);
        Types.Select(page.Of).ShouldBe([page.MediumTransport, page.Storage, page.ImportExport, page.DataTransfer]);
        Should.Throw<ArgumentOutOfRangeException>(() => page.Of(ElementType.All));

        // Without the two reserved bytes at its end.
        byte[] shorter = [0x1D, 0x10, .. bytes[2..18]];
        ElementAddressAssignment.TryDecode(shorter, out ElementAddressAssignment decoded).ShouldBeTrue();
        decoded.ShouldBe(page);
        ElementAddressAssignment.TryDecode(shorter.AsSpan(0, 17), out _).ShouldBeFalse();
        ElementAddressAssignment.TryDecode([0x1D, 0x0F, .. shorter[2..]], out _).ShouldBeFalse();
    }

    /// <summary>A tape drive's page of the same code is another.</summary>
    [Fact]
    public void Page_1D_has_another_name_on_a_tape_drive()
    {
        ModePageCatalog.FindOfChanger(0x1D, 0)!.Name.ShouldBe("Element Address Assignment");
        ModePageCatalog.Find(0x1D, 0)!.Name.ShouldBe("Medium Configuration");
    }

    [Fact]
    public void Transport_geometry()
    {
        var one = new TransportGeometry([new(false, 0)]);
        byte[] bytes = Hex.Bytes("1E02 0000");
        Wire.Written(one.WriteTo, 4).ShouldBe(bytes);
        TransportGeometry.TryDecode(bytes, out TransportGeometry decoded).ShouldBeTrue();
        decoded.Transports.ShouldBe(one.Transports);

        // Two hands on one carriage, the second of which rotates.
        TransportGeometry.TryDecode(Hex.Bytes("9E04 0000 0101"), out decoded).ShouldBeTrue();
        decoded.Transports.ShouldBe([new(false, 0), new(true, 1)]);
        decoded.ParametersSaveable.ShouldBeTrue();
        Wire.Written(decoded.WriteTo, 6).ShouldBe(Hex.Bytes("9E04 0000 0101"));

        TransportGeometry.TryDecode(Hex.Bytes("1E03 0000 01"), out decoded).ShouldBeTrue();
        decoded.Transports.ShouldHaveSingleItem("half a descriptor is none");
        TransportGeometry.TryDecode(Hex.Bytes("1E04 0000"), out _).ShouldBeFalse();
        TransportGeometry.TryDecode(Hex.Bytes("1D02 0000"), out _).ShouldBeFalse();
    }

    [Fact]
    public void Device_capabilities_of_a_capture()
    {
        // 0F 07, then 0F four times: everything moves everywhere; no exchanges.
        DeviceCapabilities page = PageOf<DeviceCapabilities>("changer-mode-sense-1f", out byte[] bytes);
        (page.StoresMediumTransport, page.StoresStorage, page.StoresImportExport, page.StoresDataTransfer).ShouldBe((true, true, true, true));
        (page.AutoClean, page.HasVolumeTagReader, page.HasSmc2Capabilities).ShouldBe((true, true, true));
        Types.ShouldAllBe(source => Types.All(destination => page.Moves.Allows(source, destination)));
        Types.ShouldAllBe(source => Types.All(destination => !page.Exchanges.Allows(source, destination)));
        Wire.Written(page.WriteTo, 20).ShouldBe(bytes);
    }

    /// <summary>Dell TL2000, page 3-35: 1110b in each row but import/export to import/export.</summary>
    [Fact]
    public void Device_capabilities_of_a_TL2000()
    {
        var page = new DeviceCapabilities
        {
            StoresDataTransfer = true,
            StoresImportExport = true,
            StoresStorage = true,
            HasVolumeTagReader = true,
            Moves = ElementMoves.BetweenPlaces
                .With(ElementType.MediumTransport, ElementType.DataTransfer).With(ElementType.MediumTransport, ElementType.ImportExport)
                .With(ElementType.MediumTransport, ElementType.Storage).With(ElementType.ImportExport, ElementType.ImportExport, allowed: false),
        };
        byte[] golden = Hex.Bytes("1F12 0E02 0E0E0A0E 00000000 00000000 00000000");
        Wire.Written(page.WriteTo, 20).ShouldBe(golden);
        DeviceCapabilities.TryDecode(golden, out DeviceCapabilities decoded).ShouldBeTrue();
        decoded.ShouldBe(page);
        decoded.Moves.Allows(ElementType.ImportExport, ElementType.DataTransfer).ShouldBeTrue();
        decoded.Moves.Allows(ElementType.ImportExport, ElementType.ImportExport).ShouldBeFalse();
        decoded.Moves.Allows(ElementType.Storage, ElementType.MediumTransport).ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => decoded.Moves.Allows(ElementType.All, ElementType.Storage));
    }

    /// <summary>Fujitsu M2488, table 6-49 (FACL): the page of SCSI-2, 14 bytes behind its header; slot and slot can be exchanged.</summary>
    [Fact]
    public void Device_capabilities_as_SCSI_2_had_them()
    {
        DeviceCapabilities.TryDecode(Hex.Bytes("1F0E 0300 000E0A06 00000000 00020000"), out DeviceCapabilities page).ShouldBeTrue();
        (page.StoresMediumTransport, page.StoresStorage, page.StoresImportExport, page.StoresDataTransfer).ShouldBe((true, true, false, false));
        string[] moves = [.. Types.SelectMany(source => Types.Where(destination => page.Moves.Allows(source, destination)).Select(destination => $"{(int)source}{(int)destination}"))];
        moves.ShouldBe(["22", "23", "24", "32", "34", "42", "43"]);
        string[] exchanges = [.. Types.SelectMany(source => Types.Where(destination => page.Exchanges.Allows(source, destination)).Select(destination => $"{(int)source}{(int)destination}"))];
        exchanges.ShouldBe(["22"]);
        DeviceCapabilities.TryDecode(Hex.Bytes("1F0D 0300 000E0A06 00000000 00020000"), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("20 00 00 00 00", nameof(ExtendedDeviceCapabilities.MovePrevented))]
    [InlineData("10 00 00 00 00", nameof(ExtendedDeviceCapabilities.MoveCloses))]
    [InlineData("08 00 00 00 00", nameof(ExtendedDeviceCapabilities.MoveOpens))]
    [InlineData("04 00 00 00 00", nameof(ExtendedDeviceCapabilities.UserCloses))]
    [InlineData("02 00 00 00 00", nameof(ExtendedDeviceCapabilities.UserOpens))]
    [InlineData("01 00 00 00 00", nameof(ExtendedDeviceCapabilities.ImportExportState))]
    [InlineData("00 10 00 00 00", nameof(ExtendedDeviceCapabilities.EmptyOnDoorAccess))]
    [InlineData("00 08 00 00 00", nameof(ExtendedDeviceCapabilities.ReturnToSource))]
    [InlineData("00 04 00 00 00", nameof(ExtendedDeviceCapabilities.MoveTray))]
    [InlineData("00 02 00 00 00", nameof(ExtendedDeviceCapabilities.ImportExportMagazine))]
    [InlineData("00 01 00 00 00", nameof(ExtendedDeviceCapabilities.StorageMagazine))]
    [InlineData("00 00 04 00 00", nameof(ExtendedDeviceCapabilities.TrueExchange))]
    [InlineData("00 00 02 00 00", nameof(ExtendedDeviceCapabilities.LocksImportExport))]
    [InlineData("00 00 01 00 00", nameof(ExtendedDeviceCapabilities.LocksDoor))]
    [InlineData("00 00 00 04 00", nameof(ExtendedDeviceCapabilities.SourceEjectRequired))]
    [InlineData("00 00 00 02 00", nameof(ExtendedDeviceCapabilities.DestinationEjectRequired))]
    [InlineData("00 00 00 01 00", nameof(ExtendedDeviceCapabilities.PreEjectPosition))]
    [InlineData("00 00 00 00 01", nameof(ExtendedDeviceCapabilities.UnassignedCleaning))]
    public void Extended_device_capabilities(string bits, string name)
    {
        byte[] golden = Hex.Bytes("5F41 0010" + bits + "0000000000000000000000");
        ExtendedDeviceCapabilities.TryDecode(golden, out ExtendedDeviceCapabilities page).ShouldBeTrue();
        typeof(ExtendedDeviceCapabilities).GetProperties().Where(one => one.PropertyType == typeof(bool) && (bool)one.GetValue(page)!)
            .Select(one => one.Name).ShouldBe([name]);
        Wire.Written(page.WriteTo, 20).ShouldBe(golden);

        DeviceCapabilities.TryDecode(golden, out _).ShouldBeFalse("a subpage is another page");
        ExtendedDeviceCapabilities.TryDecode([golden[0], 0x40, .. golden[2..]], out _).ShouldBeFalse();
    }

    [Fact]
    public void Fields_by_name_are_where_the_types_have_them()
    {
        PageOf<ElementAddressAssignment>("changer-mode-sense-1d", out byte[] addresses);
        Fields(0x1D, 0, addresses).ShouldBe("FMTEA=1 NMTE=1 FSEA=1000 NSE=8 FIEEA=10 NIEE=2 FDTEA=500 NDTE=2");
        PageOf<DeviceCapabilities>("changer-mode-sense-1f", out byte[] capabilities);
        Fields(0x1F, 0, capabilities).ShouldStartWith("STORDT=1 STORIE=1 STORST=1 STORMT=1 ACE=1 VTRP=1 S2C=1 MT_DT=1 MT_IE=1 MT_ST=1 MT_MT=1 ST_DT=1");
        Fields(0x1F, 0, Hex.Bytes("1F12 0000 00C00020 00000000 08000042 00000000")).ShouldBe("ST_RA=3 MT_X_DT=1 DT_WA=1 DT_X_ST=1");
        Fields(0x1F, 0x41, Hex.Bytes("5F41 0010 20 01 04 02 01 0000000000000000000000")).ShouldBe("MVPRV=1 SMGZ=1 TREXC=1 DPMER=1 UCST=1");

        ModePageCatalog.Changer.Select(page => page.Page << 8 | page.Subpage).ShouldBeInOrder();
        foreach (ModePageDescription page in ModePageCatalog.Changer) page.Fields.Select(field => (field.Byte, field.Low)).ShouldBeUnique();
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Gen.Select(Gen.UShort, Gen.UShort, Gen.Bool.Array[8], (moves, exchanges, bits) => (moves, exchanges, bits)).Sample((moves, exchanges, bits) =>
        {
            var page = new DeviceCapabilities
            {
                ParametersSaveable = bits[0],
                StoresDataTransfer = bits[1],
                StoresImportExport = bits[2],
                StoresStorage = bits[3],
                StoresMediumTransport = bits[4],
                AutoClean = bits[5],
                HasVolumeTagReader = bits[6],
                HasSmc2Capabilities = bits[7],
                Moves = Matrix(moves),
                Exchanges = Matrix(exchanges),
            };
            return DeviceCapabilities.TryDecode(Wire.Written(page.WriteTo, 20), out DeviceCapabilities decoded) && decoded == page
                && Types.All(source => Types.All(destination => decoded.Moves.Allows(source, destination) == IsSet(moves, source, destination)));
        });

    private static ElementMoves Matrix(ushort bits) => Types.Aggregate(
        default(ElementMoves), (all, source) => Types.Aggregate(all, (moves, destination) => moves.With(source, destination, IsSet(bits, source, destination))));

    private static bool IsSet(ushort bits, ElementType source, ElementType destination) => (bits >> ((4 * ((int)source - 1)) + (int)destination - 1) & 1) != 0;

    /// <summary>Those that are not 0.</summary>
    private static string Fields(byte page, byte subpage, byte[] bytes) => string.Join(' ', ModePageCatalog.FindOfChanger(page, subpage).ShouldNotBeNull().Fields
        .Select(field => (field.Name, Value: field.TryGet(bytes, out uint value) ? value : 0)).Where(field => field.Value != 0).Select(field => $"{field.Name}={field.Value}"));

    private static T PageOf<T>(string fixture, out byte[] bytes) where T : struct, IModePage<T>
    {
        ModeParameters.TryDecode(HexFixture.Load(fixture).Data, ModeHeaderForm.Six, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryFind(T.PageCode, T.SubpageCode, out ModePage page).ShouldBeTrue();
        bytes = page.Bytes.ToArray();
        parameters.TryGet(out T decoded).ShouldBeTrue();
        return decoded;
    }
}
