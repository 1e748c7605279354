using Capstan.Emulation.Spc;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Ssc;

/// <summary>What the drive keeps beside its tape.</summary>
internal sealed partial class TapeDriveUnit
{
    // SAM-5, SPC-4, SSC-4 (SPC-5 table "Version descriptor values").
    private const ulong VersionDescriptors = 0x00A0_0460_0520_0000;

    internal override PeripheralDeviceType DeviceType => PeripheralDeviceType.Tape;

    internal override int MaxTransferBytes => MaxBlockBytes;

    /// <summary>The library that the drive is built into; null for one that stands alone.</summary>
    internal IDriveBay? Bay { get; set; }

    /// <summary>Held while a command runs, and by a robot of this process that brings or takes a cartridge.</summary>
    internal Lock Gate { get; } = new();

    internal override DriveClock Clock { get; }

    internal override bool ReportsTimeouts => Model.ReportsTimeouts;

    internal override bool Has(byte operationCode, int? serviceAction) => Model.Has(operationCode, serviceAction);

    internal override uint TimeoutOf(byte operationCode, byte? serviceAction) =>
        Model.Timeouts.Of(operationCode) ?? TapeDriveCommands.Find(operationCode, serviceAction)?.TimeoutSeconds ?? 0;

    /// <summary>Makes it take as long as a real one; null for a drive that does not.</summary>
    internal TapeMotion? Motion { get; init; }

    internal DriveCompression Compression { get; init; } = new();

    /// <summary>Bytes of a block that are on the medium, after compression.</summary>
    internal int RecordedBytes(long objectId, int blockLengthBytes) => Tape.HasCompressed
        ? (int)Math.Min(blockLengthBytes, Tape.UsedBytesAt(objectId + 1) - Tape.UsedBytesAt(objectId) - Cartridges.Cartridge.RecordOverheadBytes)
        : blockLengthBytes;

    /// <summary>What READ BUFFER reads.</summary>
    internal DriveBuffers Buffers { get; } = new();

    /// <summary>The order that was generated last; null before.</summary>
    internal AccessOrderList? AccessOrder { get; set; }

    internal override int WriteInquiry(byte? vpdPage, Span<byte> answer) => vpdPage is { } page
        ? VpdPages.Write(this, page, answer)
        : new InquiryData
        {
            Peripheral = Peripheral.Tape,
            Removable = true,
            Version = VersionSpc4,
            HierarchicalLuns = true,
            CommandQueuing = true,
            // Logical block protection, which LTO has since its fifth generation.
            Protect = Generation.DensityCode >= 0x58,
            Vendor = Identity.Vendor,
            Product = Identity.Product,
            Revision = Identity.Revision,
            VersionDescriptors1To4 = VersionDescriptors,
        }.WriteTo(answer);

    /// <summary>Sense for an error of the host below the cartridge: a full disk is a bad spot on the tape, anything else a broken drive.</summary>
    internal SenseData HostFailure() => _tape?.HostError is Errno.NoSpace or Errno.QuotaExceeded
        ? new SenseData { Key = SenseKey.MediumError, Code = SenseCode.WriteError }
        : new SenseData { Key = SenseKey.HardwareError, Code = SenseCode.InternalTargetFailure };

    /// <summary>Keeps the host's error for whoever asks in words.</summary>
    internal void NoteHostError()
    {
        if (_tape is { HostError: not Errno.None } tape)
            Diagnosis = $"{tape.Path}: {Cartridges.Cartridge.Describe(tape.HostError)}";
    }
}
