namespace Capstan.Backup.Framing;

/// <summary>What stands on the tape is not what the format says.</summary>
public sealed class TapeFormatException(string message) : IOException(message);
