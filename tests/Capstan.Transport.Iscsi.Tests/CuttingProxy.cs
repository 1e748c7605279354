using System.Net;
using System.Net.Sockets;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>Which direction a <see cref="CuttingProxy"/> cuts.</summary>
public enum Cut
{
    /// <summary>From the initiator to the target.</summary>
    Request,

    /// <summary>From the target to the initiator.</summary>
    Response,
}

/// <summary>Stands between initiator and target, and cuts the connection where it is told to. New connections pass again.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _targetPort;
    private readonly Lock _gate = new();
    private Cut? _cut;
    private int _left;

    public CuttingProxy(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on: that many bytes pass in that direction, then both sides lose the connection.</summary>
    public void CutOnce(Cut what, int afterBytes)
    {
        lock (_gate)
        {
            _cut = what;
            _left = afterBytes;
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                Socket initiator = await _listener.AcceptSocketAsync();
                var target = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await target.ConnectAsync(IPAddress.Loopback, _targetPort);
                _ = Pump(initiator, target, Cut.Request);
                _ = Pump(target, initiator, Cut.Response);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Pump(Socket from, Socket to, Cut direction)
    {
        var buffer = new byte[32768];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var received)
            {
                int passes = Passing(direction, received);
                await to.SendAsync(buffer.AsMemory(0, passes));
                if (passes < received)
                    break;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other direction was cut.
        }

        from.Dispose();
        to.Dispose();
    }

    private int Passing(Cut direction, int received)
    {
        lock (_gate)
        {
            if (_cut != direction)
                return received;
            int passes = Math.Min(received, _left);
            _left -= passes;
            if (passes < received)
                _cut = null;
            return passes;
        }
    }
}
