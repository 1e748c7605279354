using Capstan.Backup.Archive;
using CsCheck;

namespace Capstan.Backup.Tests.Archive;

public class PosixAclTests
{
    private static string? Format(byte[] binary)
    {
        var text = new ByteBuffer();
        return PosixAcl.TryFormat(binary, text) ? Posix.Latin1(text.Span) : null;
    }

    private static string? Parse(string text)
    {
        var binary = new ByteBuffer();
        return PosixAcl.TryParse(Posix.Bytes(text), binary, new AccountNames()) ? Convert.ToHexStringLower(binary.Span) : null;
    }

    /// <summary>As GNU tar 1.34 and getfattr -e hex show one and the same file after "setfacl -m u:1234:r,g:99:rw".</summary>
    private const string Text = "user::rw-\nuser:1234:r--\ngroup::r--\ngroup:99:rw-\nmask::r--\nother::---\n";

    private const string Binary = "0200000001000600ffffffff02000400d204000004000400ffffffff080006006300000010000400ffffffff20000000ffffffff";

    [Fact]
    public void The_kernels_form_becomes_the_text() => Format(Convert.FromHexString(Binary)).ShouldBe(Text);

    [Theory]
    [InlineData(Text)]
    [InlineData("user::rw-,user:1234:r--,group::r--,group:99:rw-,mask::r--,other::---")]
    [InlineData("u::rw\nu:1234:r\ng::r\ng:99:rw\nm:r\no:-")]
    [InlineData("other::---\nmask::r--\ngroup:99:rw-\t#effective:r--\ngroup::r--\nuser:1234:r--\n# comment\nuser::rw-")]
    [InlineData("user::rw-\nuser:no such user:r--:1234\ngroup::r--\ngroup:99:rw-\nmask::r--\nother::---\n\n")]
    public void Every_way_to_write_it_becomes_the_kernels_form(string text) => Parse(text).ShouldBe(Binary);

    [Fact]
    public void A_name_becomes_its_number() => Parse("user::rwx\nuser:root:r--\n").ShouldBe("0200000001000700ffffffff0200040000000000");

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("user")]
    [InlineData("user::")]
    [InlineData("user::rwz")]
    [InlineData("somebody::rwx")]
    [InlineData("user:no such user:r--")]
    [InlineData("mask:1:rwx")]
    [InlineData("user:4294967296:r--")]
    public void What_is_no_list_is_refused(string text) => Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("02000000010006")]
    [InlineData("0100000001000600ffffffff")]
    [InlineData("0200000003000600ffffffff")]
    [InlineData("0200000001000800ffffffff")]
    public void What_is_not_the_kernels_form_is_refused(string binary) => Format(Convert.FromHexString(binary)).ShouldBeNull();

    [Fact]
    public void Lists_survive_being_text() =>
        Gen.Select(Gen.UInt.HashSet[0, 6], Gen.UInt.HashSet[0, 6], Gen.Int[0, 7]).Sample(
            (users, groups, permissions) =>
            {
                var binary = new List<byte>(Convert.FromHexString("02000000"));
                Add(0x01, uint.MaxValue);
                foreach (uint id in users.Where(id => id != uint.MaxValue).Order())
                    Add(0x02, id);
                Add(0x04, uint.MaxValue);
                foreach (uint id in groups.Where(id => id != uint.MaxValue).Order())
                    Add(0x08, id);
                Add(0x10, uint.MaxValue);
                Add(0x20, uint.MaxValue);
                Parse(Format([.. binary])!).ShouldBe(Convert.ToHexStringLower([.. binary]));

                void Add(byte tag, uint id)
                {
                    binary.AddRange([tag, 0, (byte)(permissions ^ (id & 7)), 0]);
                    binary.AddRange(BitConverter.GetBytes(id));
                }
            },
            iter: 500);

    [Fact]
    public void No_text_makes_it_throw() => Gen.Byte.Array[0, 60].Sample(text => { Parse(Posix.Latin1(text)); Format(text); }, iter: 2000);
}
