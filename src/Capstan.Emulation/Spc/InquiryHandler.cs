using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

internal readonly struct InquiryHandler : ICommandHandler<Inquiry>
{
    // SAM-5, SPC-4, SSC-4 (SPC-5 table "Version descriptor values").
    private const ulong VersionDescriptors = 0x00A0_0460_0520_0000;
    private const byte VersionSpc4 = 0x06;

    public static CommandNeeds Needs => CommandNeeds.Unattended;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in Inquiry command, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[256];
        int length = command.VpdPage switch
        {
            null => Standard(unit.Identity, answer),
            VpdPage.SupportedPages => new SupportedVpdPages(
                Peripheral.Tape,
                [
                    VpdPage.SupportedPages, VpdPage.UnitSerialNumber, VpdPage.DeviceIdentification, VpdPage.SequentialAccessCapabilities,
                ]).WriteTo(answer),
            VpdPage.UnitSerialNumber => new UnitSerialNumber(Peripheral.Tape, unit.Identity.SerialNumber).WriteTo(answer),
            VpdPage.DeviceIdentification => Identification(unit.Identity, answer),
            VpdPage.SequentialAccessCapabilities => new SequentialAccessCapabilities(Peripheral.Tape, Worm: true).WriteTo(answer),
            _ => 0,
        };
        if (length == 0)
            context.Refuse(Inquiry.PageCodeField);
        else
            context.Return(answer[..length], command.AllocationLength);
    }

    private static int Standard(DriveIdentity identity, Span<byte> answer) => new InquiryData
    {
        Peripheral = Peripheral.Tape,
        Removable = true,
        Version = VersionSpc4,
        HierarchicalLuns = true,
        CommandQueuing = true,
        Vendor = identity.Vendor,
        Product = identity.Product,
        Revision = identity.Revision,
        VersionDescriptors1To4 = VersionDescriptors,
    }.WriteTo(answer);

    private static int Identification(DriveIdentity identity, Span<byte> answer)
    {
        byte[] name = Encoding.ASCII.GetBytes($"{identity.Vendor,-8}{identity.Product,-16}{identity.SerialNumber}");
        // NAA 3h: locally assigned, so that no registered name is claimed (SPC-5 7.7.6.6.4).
        var local = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(local, XxHash3.HashToUInt64(name) >> 4 | 0x3UL << 60);
        return new DeviceIdentification(
            Peripheral.Tape,
            [
                new Designator(DesignatorAssociation.LogicalUnit, DesignatorType.T10VendorId, DesignatorCodeSet.Ascii, [.. name]),
                new Designator(DesignatorAssociation.LogicalUnit, DesignatorType.Naa, DesignatorCodeSet.Binary, [.. local]),
            ]).WriteTo(answer);
    }
}
