using System.Buffers;
using System.Buffers.Binary;
using Capstan.Drive;
using Capstan.Emulation.Library;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.SgIo;
using CsCheck;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>
/// The driver on a virtual drive behind a kernel that is short of memory now and then. What counts is what stands on the tape:
/// every block once, in order, whole.
/// </summary>
public sealed class MemoryShortageTests
{
    private const int BlockBytes = 64 << 10;
    private const int Blocks = 60;

    [Fact]
    public void Every_block_is_on_the_tape_once() => Gen.Select(Gen.Int[2, 40], Gen.Int[1, 2], Gen.Bool).Sample((every, times, direct) =>
    {
        string directory = Directory.CreateTempSubdirectory("capstan-memory").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(directory, "sys/module/sg/parameters"));
            File.WriteAllText(Path.Combine(directory, "sys/module/sg/parameters/allow_dio"), direct ? "1" : "0");
            VirtualLibrary.Create(Path.Combine(directory, "library"), new LibraryOptions { CapacityBytes = 64 << 20 });
            using VirtualLibrary library = VirtualLibrary.Open(Path.Combine(directory, "library"));
            var file = new ForgetfulFile(library.OpenDrive("virtual:test"), every, times);
            var transport = new SgIoTransport("/dev/sg3", file, null, Path.Combine(directory, "sys"));
            using TapeDrive drive = TapeDrive.Open(transport);
            WriteAndRead(drive);
            file.Refused.ShouldBePositive();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }, iter: 12, threads: 1);

    private static void WriteAndRead(TapeDrive drive)
    {
        drive.WaitUntilReady();
        drive.CreateBuffers(BlockBytes, 1);
        using IMemoryOwner<byte> buffer = drive.RentBuffer();
        Span<byte> block = buffer.Memory.Span[..BlockBytes];
        drive.Rewind();
        drive.BeginWriting();
        for (int i = 0; i < Blocks; i++)
        {
            block.Fill((byte)i);
            BinaryPrimitives.WriteInt32BigEndian(block, i);
            drive.Write(block).ShouldBe(WriteOutcome.Written);
        }
        drive.WriteFilemarks(1).ShouldBe(WriteOutcome.Written);
        drive.CheckPosition().ObjectId.ShouldBe(Blocks + 1);
        drive.Rewind();
        for (int i = 0; i < Blocks; i++)
        {
            drive.Read(block).ShouldBe(new ReadOutcome(ReadKind.Block, BlockBytes));
            BinaryPrimitives.ReadInt32BigEndian(block).ShouldBe(i);
            block[4..].IndexOfAnyExcept((byte)i).ShouldBe(-1);
        }
        drive.Read(block).Kind.ShouldBe(ReadKind.Filemark);
        drive.Read(block).Kind.ShouldBe(ReadKind.EndOfData);
    }

    /// <summary>Refuses every so many-th command with ENOMEM before the device sees it, several times in a row.</summary>
    private sealed unsafe class ForgetfulFile(IScsiTransport device, int every, int times) : ISgFile
    {
        private readonly byte[] _sense = new byte[ScsiCompletion.SenseBufferLength];
        private int _commands;
        private int _left;

        public int Refused { get; private set; }

        public bool IsClosed => false;

        public string? DeviceNumber => null;

        public int Send(SgIoHeader* header)
        {
            if (_left == 0 && ++_commands % every == 0)
                _left = times + 1;
            if (_left > 1)
            {
                _left--;
                Refused++;
                return SgIoErrors.OutOfMemory;
            }
            _left = 0;
            var data = new Span<byte>(header->Data, (int)header->DataLength);
            ScsiCompletion completion = device.Execute(Cdb.FromBytes(new ReadOnlySpan<byte>(header->Command, header->CommandLength)),
                header->DataDirection switch
                {
                    SgIoHeader.DirectionToDevice => DataTransfer.ToDevice(data),
                    SgIoHeader.DirectionFromDevice => DataTransfer.FromDevice(data),
                    _ => DataTransfer.None,
                }, _sense, TimeSpan.FromSeconds(10));
            header->Status = (byte)completion.Status;
            header->SenseLengthWritten = (byte)completion.SenseLength;
            _sense.AsSpan(0, Math.Min(completion.SenseLength, header->MaxSenseLength)).CopyTo(new Span<byte>(header->Sense, header->MaxSenseLength));
            header->Residual = completion.Residual ?? 0;
            header->Info = header->Flags == SgIoHeader.FlagDirectIo ? SgIoHeader.InfoDirectIo : 0;
            return 0;
        }

        public int? Query(uint request) => request switch
        {
            Interop.Libc.SgGetReservedSize => 1 << 20,
            Interop.Libc.SgGetScatterGatherTableSize => 256,
            _ => null,
        };

        public void Reserve(int bytes)
        {
        }

        public void Dispose() => device.Dispose();
    }
}
