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
        int length = command.VpdPage is { } page ? VpdPages.Write(unit, page, answer) : Standard(unit.Identity, answer);
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
}
