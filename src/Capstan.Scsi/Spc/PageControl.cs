namespace Capstan.Scsi;

/// <summary>PC of MODE SENSE (SPC-4 6.11.1): which values of a mode page are asked for.</summary>
public enum PageControl : byte
{
    Current = 0,
    Changeable = 1,
    Default = 2,
    Saved = 3,
}

/// <summary>PC of LOG SENSE (SPC-4 6.8): which values of a log page are asked for.</summary>
public enum LogPageControl : byte
{
    Threshold = 0,
    Cumulative = 1,
    DefaultThreshold = 2,
    DefaultCumulative = 3,
}
