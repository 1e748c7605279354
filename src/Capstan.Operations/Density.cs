namespace Capstan.Operations;

/// <summary>Density codes of LTO media, by the names people use.</summary>
public static class Density
{
    /// <summary>The name of a code; unknown ones by their number.</summary>
    public static string Name(byte code) => code switch
    {
        0x40 => "LTO-1",
        0x42 => "LTO-2",
        0x44 => "LTO-3",
        0x46 => "LTO-4",
        0x58 => "LTO-5",
        0x5A => "LTO-6",
        0x5C => "LTO-7",
        0x5D => "LTO-M8",
        0x5E => "LTO-8",
        0x60 => "LTO-9",
        0x62 => "LTO-10",
        0x63 => "LTO-10P",
        0 => "default",
        _ => $"density {code:X2}h",
    };
}
