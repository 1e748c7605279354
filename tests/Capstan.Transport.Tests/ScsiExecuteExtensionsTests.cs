using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Transport.Tests;

public class ScsiExecuteExtensionsTests
{
    // A stand-in with the wire form of READ(6), SSC-5 7.2: length in bytes 2 to 4.
    private readonly record struct SixByte(int Length) : IScsiCommand<SixByte>
    {
        public static string Name => "SIX BYTE";

        public static byte OperationCode => 0x08;

        public static int CdbLength => 6;

        public void Encode(Span<byte> cdb)
        {
            cdb[2] = (byte)(Length >> 16);
            cdb[3] = (byte)(Length >> 8);
            cdb[4] = (byte)Length;
        }

        public static bool TryDecode(ReadOnlySpan<byte> cdb, out SixByte command, out BitField invalid)
        {
            command = default;
            invalid = default;
            return false;
        }
    }

    [Fact]
    public void A_command_goes_out_as_its_bytes()
    {
        using var transport = new ScriptedTransport(new ScriptedReply());
        transport.Execute(new SixByte(262144), DataTransfer.None, new byte[ScsiCompletion.SenseBufferLength], Commands.Timeout);
        transport.Commands[0].ToString().ShouldBe("080004000000");
    }

    [Fact]
    public void Sending_a_command_allocates_nothing()
    {
        using var transport = new NullTransport();
        Allocation.Of(() =>
        {
            Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
            Span<byte> data = stackalloc byte[512];
            for (int run = 0; run < 1000; run++)
                transport.Execute(new SixByte(512), DataTransfer.FromDevice(data), sense, Commands.Timeout);
        }).ShouldBe(0);
    }
}
