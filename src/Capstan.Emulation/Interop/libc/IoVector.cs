namespace Capstan.Emulation;

/// <summary><c>struct iovec</c> (readv(2)).</summary>
internal unsafe struct IoVector
{
    internal void* Base;
    internal nuint Length;
}
