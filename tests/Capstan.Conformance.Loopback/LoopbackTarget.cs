using Capstan.Conformance;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Tests;
using Capstan.Transport;

[assembly: AssemblyFixture(typeof(Capstan.Conformance.Loopback.LoopbackTarget))]
[assembly: AssemblyFixture(typeof(Capstan.Conformance.Loopback.LoopbackChangerTarget))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Capstan.Conformance.Loopback;

/// <summary>The virtual tape library in this process, with a small tape in memory.</summary>
public sealed class LoopbackTarget : ITargetFixture, IDisposable
{
    private readonly TestDirectory _directory = new();

    private readonly VirtualLibrary _library;

    private readonly bool _isMeasured;

    public LoopbackTarget()
        : this(VirtualDriveModel.Default)
    {
        _isMeasured = true;
    }

    internal LoopbackTarget(VirtualDriveModel model)
    {
        Target = $"VTL {model.Name}";
        Declarations = DeclarationsOf(model);
        VirtualLibrary.Create(_directory.File("library"), new LibraryOptions
        {
            Model = model,
            CartridgeCount = 1,
            CapacityBytes = 64 << 20,
            EarlyWarningBytes = 4 << 20,
            IsSynchronous = false,
        });
        _library = VirtualLibrary.Open(_directory.File("library"));
        Transport = _library.OpenDrive("virtual:conformance");
    }

    /// <inheritdoc/>
    public string Target => _isMeasured ? "VTL" : field;

    /// <inheritdoc/>
    public string? Absence => null;

    /// <inheritdoc/>
    public bool AllowsDataLoss => true;

    /// <inheritdoc/>
    public IScsiTransport Transport { get; }

    /// <inheritdoc/>
    public IScsiTransport? OtherInitiator => field ??= _library.OpenOtherInitiator(1);

    /// <inheritdoc/>
    public Declarations Declarations { get; }

    private static Declarations DeclarationsOf(VirtualDriveModel model)
    {
        Declarations declarations = Declarations.None;
        if ((model.Quirks & VirtualQuirks.LocateFileOffByOne) != 0)
            declarations.Lacks("LOCATE of a file stands one file short, as LTO drives of HP do", "Locate.SixteenToEachFile", "Locate.SixteenToAFileBehindEndOfData");
        if ((model.Quirks & VirtualQuirks.AllocationLengthAnswered) != 0)
            declarations.Lacks("sends as many bytes as were allocated, as Quantum's LTO-7 half-height drives do", "LogSense.EveryPageIsThere",
                "ReportDensitySupport.EveryDescriptorIsWhole", "ReportDensitySupport.MediumTypes",
                "ReportDensitySupport.NothingIsTheMediumWithoutATape", "ReportDensitySupport.OneIsTheDefault",
                "ReportDensitySupport.TheLoadedMediumsIsThatOfModeSense");
        if (model is { Vendor: DriveVendor.Quantum, Generation: 4 })
            declarations.Lacks("Quantum's LTO-4 has no mode page 01h (Quantum LTO-4 user's manual, MODE SENSE)", "Mode.ReadWriteErrorRecovery");
        return declarations;
    }

    public void Dispose()
    {
        Transport.Dispose();
        _library.Dispose();
        _directory.Dispose();
        if (_isMeasured)
            Measured.Finish(Target, "vtl");
    }
}

/// <summary>The changer of a virtual library in this process.</summary>
public sealed class LoopbackChangerTarget : ITargetFixture, IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly VirtualLibrary _library;

    private readonly bool _isMeasured;

    public LoopbackChangerTarget()
        : this(VirtualChangerModel.Find("generic")!)
    {
        _isMeasured = true;
    }

    internal LoopbackChangerTarget(VirtualChangerModel model)
    {
        Target = $"VTL {model.Name}";
        Declarations = DeclarationsOf(model);
        VirtualLibrary.Create(_directory.File("library"), new LibraryOptions
        {
            CartridgeCount = 4,
            Changer = model,
            StorageElements = 8,
            ImportExportElements = Math.Min(2, model.MaxImportExport),
            MoreDrives = model.MaxDrives > 1 ? [VirtualDriveModel.Default] : [],
            CapacityBytes = 64 << 20,
            IsSynchronous = false,
        });
        _library = VirtualLibrary.Open(_directory.File("library"), drive: null);
        Transport = _library.OpenChanger("virtual:conformance/changer");
    }

    /// <inheritdoc/>
    public string Target => _isMeasured ? "VTL changer" : field;

    /// <inheritdoc/>
    public string? Absence => null;

    /// <inheritdoc/>
    public bool AllowsDataLoss => true;

    /// <inheritdoc/>
    public IScsiTransport Transport { get; }

    /// <inheritdoc/>
    public IScsiTransport? OtherInitiator => null;

    /// <inheritdoc/>
    public Declarations Declarations { get; }

    private static Declarations DeclarationsOf(VirtualChangerModel model)
    {
        Declarations declarations = Declarations.None;
        if ((model.Quirks & ChangerQuirks.IdentifiersWithoutTags) != 0)
            declarations.Lacks("VOLTAG and DVCID are refused together (IBM TS4500 SCSI reference, Read Element Status)", "ElementRanges.IdentifiersAndVolumeTagsTogether");
        if ((model.Quirks & ChangerQuirks.IdentifiersOfDrivesOnly) != 0)
            declarations.Lacks("DVCID is for drives only (IBM TS4500 SCSI reference, Read Element Status)", "ElementRanges.SlotsMayBeAskedForIdentifiers");
        if ((model.Quirks & ChangerQuirks.IdentifiersLeftOut) != 0)
            declarations.Lacks("no identifiers come, though DVCID is taken", "ElementRanges.DrivesHaveIdentifiers", "ElementRanges.IdentifiersAndVolumeTagsTogether");
        if ((model.Quirks & ChangerQuirks.DriveUnloadedFirst) != 0)
            declarations.Lacks("drives do not unload for a move", "MoveMedium.IntoTheDriveAndBack");
        return declarations;
    }

    public void Dispose()
    {
        Transport.Dispose();
        _library.Dispose();
        _directory.Dispose();
        if (_isMeasured)
            Measured.Finish(Target, "vtl-changer");
    }
}
