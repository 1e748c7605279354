using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>For questions that nobody asked by hand.</summary>
internal sealed class SilentListener : IOperationListener
{
    public static readonly SilentListener Instance = new();

    private SilentListener()
    {
    }

    public void Phase(string what)
    {
    }

    public void Note(string text)
    {
    }

    public void Problem(string path, string text)
    {
    }
}
