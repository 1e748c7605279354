using Capstan.Conformance;
using Capstan.Conformance.Targets;
using Capstan.Transport;
using Capstan.Transport.SgIo;

[assembly: AssemblyFixture(typeof(Capstan.Conformance.Kernel.KernelTarget))]
[assembly: AssemblyFixture(typeof(Capstan.Conformance.Kernel.KernelChangerTarget))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Capstan.Conformance.Kernel;

/// <summary>
/// A tape drive behind the kernel's <c>/dev/sgN</c>, named by CAPSTAN_TEST_SG. Its tape is overwritten. What is declared for it
/// follows from who it says it is.
/// </summary>
public sealed class KernelTarget : ITargetFixture, IDisposable
{
    /// <summary>Names the drive's node.</summary>
    public const string Variable = "CAPSTAN_TEST_SG";

    private readonly KernelUnit _unit = new(Variable);

    /// <inheritdoc/>
    public string Target => (IsTgt ? "tgt tape" : IsServed ? "VTL" : _unit.Vendor + " tape") + ", /dev/sg";

    /// <inheritdoc/>
    public string? Absence => _unit.Absence;

    /// <inheritdoc/>
    public bool AllowsDataLoss => true;

    /// <inheritdoc/>
    public IScsiTransport Transport => _unit.Transport;

    /// <inheritdoc/>
    public Declarations Declarations => IsTgt ? TgtTape.Declared() : IsServed ? ServedDrive.Declared() : Declarations.None;

    private bool IsTgt => _unit.Vendor == TgtTape.Vendor;

    // The virtual drive answers INQUIRY as the drive that it stands for does; its serial number is its own.
    private bool IsServed => _unit.SerialNumber.StartsWith(ServedDrive.SerialNumberPrefix, StringComparison.Ordinal);

    public void Dispose()
    {
        Measured.Finish(Target, IsTgt ? "tgt-tape-sg" : IsServed ? "vtl-sg" : _unit.Vendor.ToLowerInvariant() + "-sg");
        _unit.Dispose();
    }
}

/// <summary>A media changer behind the kernel's <c>/dev/sgN</c>, named by CAPSTAN_TEST_SG_CHANGER.</summary>
public sealed class KernelChangerTarget : ITargetFixture, IDisposable
{
    /// <summary>Names the changer's node.</summary>
    public const string Variable = "CAPSTAN_TEST_SG_CHANGER";

    private readonly KernelUnit _unit = new(Variable);

    /// <inheritdoc/>
    public string Target => (IsServed ? "VTL changer" : "tgt changer") + ", /dev/sg";

    /// <inheritdoc/>
    public string? Absence => _unit.Absence;

    /// <inheritdoc/>
    public bool AllowsDataLoss => true;

    /// <inheritdoc/>
    public IScsiTransport Transport => _unit.Transport;

    /// <inheritdoc/>
    public Declarations Declarations => IsServed ? ServedDrive.Declared() : TgtChanger.Declared();

    private bool IsServed => _unit.SerialNumber.StartsWith(ServedDrive.SerialNumberPrefix, StringComparison.Ordinal);

    public void Dispose()
    {
        Measured.Finish(Target, IsServed ? "vtl-changer-sg" : "tgt-changer-sg");
        _unit.Dispose();
    }
}

/// <summary>A node from the environment, opened when it is first used.</summary>
internal sealed class KernelUnit(string variable) : IDisposable
{
    private readonly string? _path = Environment.GetEnvironmentVariable(variable);
    private SgIoTransport? _transport;
    private string? _vendor;
    private string? _serialNumber;

    internal string? Absence => string.IsNullOrEmpty(_path) ? $"{variable} names no /dev/sgN" : null;

    internal SgIoTransport Transport => _transport ??= SgIoTransport.Open(_path!);

    /// <summary>T10 VENDOR IDENTIFICATION; empty without a unit.</summary>
    internal string Vendor => _vendor ??= Absence is null ? ReadVendor() : "";

    /// <summary>Unit serial number; empty without a unit.</summary>
    internal string SerialNumber => _serialNumber ??= Absence is null ? ReadSerialNumber() : "";

    public void Dispose() => _transport?.Dispose();

    private string ReadSerialNumber()
    {
        // SPC-4 7.8.16: four bytes before it, PAGE LENGTH in the last of them.
        byte[] answer = new TargetDevice(Transport).Good("12 01 80 00 FF 00", dataIn: 255);
        return System.Text.Encoding.ASCII.GetString(answer, 4, answer[3]).Trim();
    }

    private string ReadVendor()
    {
        byte[] answer = new TargetDevice(Transport).Good("12 00 00 00 24 00", dataIn: 36);
        return System.Text.Encoding.ASCII.GetString(answer, 8, 8).Trim();
    }
}
