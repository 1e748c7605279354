using System.Diagnostics;
using System.Runtime.CompilerServices;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Library.Soak;

/// <summary>
/// A process of its own, which can be killed at any moment: this test program, started again with the library's directory in its
/// environment. It is asked through its standard input and answers on its standard output.
/// </summary>
internal sealed class ChildHost : ILibraryHost
{
    private const string Variable = "CAPSTAN_TEST_LIBRARY_HOST";

    private enum Request : byte
    {
        Execute,
        Open,
        Close,
        PutIn,
        TakeOut,
        Leave,
    }

    private readonly Process _process;
    private readonly BinaryWriter _out;
    private readonly BinaryReader _in;

    public ChildHost(string path)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ChildHost).Assembly.Location])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment[Variable] = path;
        // It starts cold again and again: the quick compiler is enough.
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = Process.Start(start)!;
        _out = new BinaryWriter(_process.StandardInput.BaseStream);
        _in = new BinaryReader(_process.StandardOutput.BaseStream);
    }

    public int ProcessId => _process.Id;

    public Answer Execute(int unit, byte[] cdb, byte[] dataOut, int dataInBytes)
    {
        SendExecute(unit, cdb, dataOut, dataInBytes);
        Receive();
        return new Answer((ScsiStatus)_in.ReadByte(), ReadBytes(_in), ReadBytes(_in));
    }

    public void Open(int drive) => Ask(Request.Open, drive);

    public void Close(int drive) => Ask(Request.Close, drive);

    public void PutIn(string barcode, int address) => Ask(Request.PutIn, address, barcode);

    public void TakeOut(int address) => Ask(Request.TakeOut, address);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>SIGKILL, so long after a command was sent: nobody knows how far it came.</summary>
    public void KillDuring(int unit, byte[] cdb, byte[] dataOut, TimeSpan after)
    {
        SendExecute(unit, cdb, dataOut, 0);
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < after)
            Thread.SpinWait(20);
        Kill();
    }

    /// <summary>Has it close everything and end by itself.</summary>
    public void Dispose()
    {
        Ask(Request.Leave, 0);
        _process.WaitForExit();
        _process.ExitCode.ShouldBe(0);
        _process.Dispose();
    }

    private void SendExecute(int unit, byte[] cdb, byte[] dataOut, int dataInBytes)
    {
        _out.Write((byte)Request.Execute);
        _out.Write(unit);
        WriteBytes(_out, cdb);
        WriteBytes(_out, dataOut);
        _out.Write(dataInBytes);
        _out.Flush();
    }

    private void Ask(Request request, int number, string text = "")
    {
        _out.Write((byte)request);
        _out.Write(number);
        _out.Write(text);
        _out.Flush();
        Receive();
    }

    /// <summary>The first thing of an answer: what was refused, or nothing.</summary>
    private void Receive()
    {
        string refusal = _in.ReadString();
        if (refusal.Length > 0)
            throw new HostRefusalException(refusal);
    }

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());

    /// <summary>Before the test runner of this program begins: whoever was started as a host is nothing else.</summary>
    [ModuleInitializer]
    internal static void RunAsHost()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
            return;
        Serve(path);
        Environment.Exit(0);
    }

    private static void Serve(string path)
    {
        using var reader = new BinaryReader(Console.OpenStandardInput());
        using var writer = new BinaryWriter(new BufferedStream(Console.OpenStandardOutput()));
        using var host = new LocalHost(path);
        try
        {
            while (Answer(host, reader, writer))
                writer.Flush();
        }
        catch (EndOfStreamException)
        {
            return;
        }
        host.Dispose();
        writer.Write("");
        writer.Flush();
    }

    private static bool Answer(LocalHost host, BinaryReader reader, BinaryWriter writer)
    {
        var request = (Request)reader.ReadByte();
        int number = reader.ReadInt32();
        if (request == Request.Execute)
        {
            Answer answer = host.Execute(number, ReadBytes(reader), ReadBytes(reader), reader.ReadInt32());
            writer.Write("");
            writer.Write((byte)answer.Status);
            WriteBytes(writer, answer.SenseBytes);
            WriteBytes(writer, answer.Data);
            return true;
        }
        string text = reader.ReadString();
        if (request == Request.Leave)
            return false;
        string refusal = "";
        try
        {
            if (request == Request.Open)
                host.Open(number);
            else if (request == Request.Close)
                host.Close(number);
            else if (request == Request.PutIn)
                host.PutIn(text, number);
            else
                host.TakeOut(number);
        }
        catch (HostRefusalException e)
        {
            refusal = e.Message;
        }
        writer.Write(refusal);
        return true;
    }
}
