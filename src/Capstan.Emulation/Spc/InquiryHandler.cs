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
        int length = command.VpdPage is { } page ? VpdPages.Write(unit, page, answer) : Standard(unit, answer);
        if (length == 0)
            context.Refuse(Inquiry.PageCodeField);
        else
            context.Return(answer[..length], command.AllocationLength);
    }

    private static int Standard(TapeDriveUnit unit, Span<byte> answer) => new InquiryData
    {
        Peripheral = Peripheral.Tape,
        Removable = true,
        Version = VersionSpc4,
        HierarchicalLuns = true,
        CommandQueuing = true,
        // Logical block protection, which LTO has since its fifth generation.
        Protect = unit.Generation.DensityCode >= 0x58,
        Vendor = unit.Identity.Vendor,
        Product = unit.Identity.Product,
        Revision = unit.Identity.Revision,
        VersionDescriptors1To4 = VersionDescriptors,
    }.WriteTo(answer);
}
