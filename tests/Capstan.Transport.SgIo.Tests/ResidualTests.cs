namespace Capstan.Transport.SgIo.Tests;

public sealed class ResidualTests
{
    /// <summary>An overflow of 416 bytes on a buffer of 8, as iscsi_tcp of Linux 6.1 reported it; and what an honest adapter says.</summary>
    [Theory]
    [InlineData(416, 8, null)]
    [InlineData(-1, 8, null)]
    [InlineData(8, 8, 8)]
    [InlineData(3, 8, 3)]
    [InlineData(0, 8, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(5, 0, 0)]
    public void AResidualLargerThanTheBufferTellsNothing(int residual, int lengthBytes, int? expected) =>
        SgIoTransport.HonestResidual(residual, lengthBytes).ShouldBe(expected);
}
