using System.Text.Json.Serialization;
using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>How reports look in JSON. Names are part of the interface: docs/commands.md.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BackupReport))]
[JsonSerializable(typeof(RestoreReport))]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(RebuildReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(DriveStatusReport))]
[JsonSerializable(typeof(DriveActionReport))]
[JsonSerializable(typeof(Operations.Raw.RawReport))]
[JsonSerializable(typeof(Operations.Probe.ProbeReport))]
[JsonSerializable(typeof(Operations.Pages.LogReport))]
[JsonSerializable(typeof(Operations.Pages.AlertsReport))]
[JsonSerializable(typeof(Operations.Pages.StatisticsReport))]
[JsonSerializable(typeof(Operations.Pages.InquiryReport))]
[JsonSerializable(typeof(Operations.Pages.RawCommandReport))]
[JsonSerializable(typeof(Operations.Movement.MoveReport))]
[JsonSerializable(typeof(Operations.Movement.TellReport))]
[JsonSerializable(typeof(Operations.Movement.LockReport))]
[JsonSerializable(typeof(Operations.Encryption.EncryptionReport))]
[JsonSerializable(typeof(Commands.KeyFileReport))]
[JsonSerializable(typeof(Operations.Erasing.ErasureReport))]
[JsonSerializable(typeof(Operations.Memory.MemoryReport))]
[JsonSerializable(typeof(Operations.Modes.ModesReport))]
[JsonSerializable(typeof(Operations.Modes.DensityReport))]
[JsonSerializable(typeof(Operations.Modes.OptionsReport))]
[JsonSerializable(typeof(BackupSummary))]
[JsonSerializable(typeof(LibraryView))]
[JsonSerializable(typeof(ServedDriveView))]
[JsonSerializable(typeof(DriveModelView))]
[JsonSerializable(typeof(FoundDevice))]
[JsonSerializable(typeof(PathProblem))]
internal sealed partial class CliJson : JsonSerializerContext;
