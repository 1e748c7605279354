using Capstan.Drive;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Backup.Tests.Formats;

/// <summary>The least that is a tape drive: names itself, appends what WRITE(6) brings to a file, refuses what it does not know.</summary>
internal sealed class TapeFileCapture : IScsiTransport
{
    private readonly FileStream _file;

    private TapeFileCapture(string path) => _file = File.Create(path);

    public static TapeDrive OpenDrive(string path)
    {
        TapeDrive drive = TapeDrive.Open(new TapeFileCapture(path));
        drive.CreateBuffers(Framing.BlockHeader.BlockLength, 8);
        return drive;
    }

    public string Name => "capture";

    public int MaxTransferBytes => 1 << 20;

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        const byte testUnitReady = 0x00, write = 0x0A, inquiry = 0x12;
        switch (cdb.OperationCode)
        {
            case testUnitReady:
                return new ScsiCompletion(ScsiStatus.Good, 0, 0, TimeSpan.Zero);
            case write:
                _file.Write(data.ToDeviceBuffer);
                return new ScsiCompletion(ScsiStatus.Good, 0, 0, TimeSpan.Zero);
            case inquiry:
                // Tape, removable, SPC-4, then 31 bytes of nothing.
                ReadOnlySpan<byte> answer = [0x01, 0x80, 0x06, 0x02, 31, .. new byte[31]];
                answer.CopyTo(data.FromDeviceBuffer);
                return new ScsiCompletion(ScsiStatus.Good, 0, data.Length - answer.Length, TimeSpan.Zero);
            default:
                var refusal = new SenseData { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidCommandOperationCode };
                return new ScsiCompletion(ScsiStatus.CheckCondition, refusal.Encode(sense), data.Length, TimeSpan.Zero);
        }
    }

    public void Dispose() => _file.Dispose();
}
