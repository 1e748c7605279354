namespace Capstan.Emulation.Kernel;

/// <summary>A drive cannot be handed to the kernel; the message says why and what helps.</summary>
public sealed class KernelTargetException : IOException
{
    public KernelTargetException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
