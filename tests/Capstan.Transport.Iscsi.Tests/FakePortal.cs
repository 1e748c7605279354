using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>A portal that answers every login with the same status and text, and nothing else. Bytes as RFC 7143 11.12 and 11.13 have them.</summary>
internal sealed class FakePortal : IDisposable
{
    private const int HeaderLength = 48;
    private const byte LoginRequest = 0x03;
    private const byte LoginResponse = 0x23;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _logins;

    public FakePortal() => _listener.Start();

    /// <summary>Begins to answer.</summary>
    /// <param name="status">Status class and detail; 0 is success, and then the stage never ends.</param>
    /// <param name="text">Keys and values, each followed by a zero.</param>
    public FakePortal Answer(ushort status, string text)
    {
        _ = Accept(status, Encoding.UTF8.GetBytes(text));
        return this;
    }

    public IscsiPortal Portal => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <summary>Login requests so far.</summary>
    public int LoginCount => Volatile.Read(ref _logins);

    public void Dispose() => _listener.Dispose();

    private async Task Accept(ushort status, byte[] text)
    {
        try
        {
            while (true)
            {
                using Socket initiator = await _listener.AcceptSocketAsync();
                await Serve(new NetworkStream(initiator), status, text);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(NetworkStream stream, ushort status, byte[] text)
    {
        var header = new byte[HeaderLength];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(header);
                int length = header[5] << 16 | header[6] << 8 | header[7];
                await stream.ReadExactlyAsync(new byte[Padded(length)]);
                if ((header[0] & 0x3F) != LoginRequest)
                    return;
                Interlocked.Increment(ref _logins);
                await stream.WriteAsync(Response(header, status, text));
            }
        }
        catch (IOException)
        {
            // The initiator went.
        }
    }

    private static byte[] Response(byte[] request, ushort status, byte[] text)
    {
        var response = new byte[HeaderLength + Padded(text.Length)];
        response[0] = LoginResponse;
        // The current stage and no transit.
        response[1] = (byte)(request[1] & 0b1100);
        response[6] = (byte)(text.Length >> 8);
        response[7] = (byte)text.Length;
        request.AsSpan(8, 12).CopyTo(response.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(response.AsSpan(36), status);
        text.CopyTo(response, HeaderLength);
        return response;
    }

    private static int Padded(int length) => (length + 3) & ~3;
}
