using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>Bodies that are too large, from a client that writes everything before it reads anything (docs/spec/scim.md, 50).</summary>
public sealed class LargeBodyTests
{
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(Mebibyte + 1, false)]
    [InlineData(Mebibyte + 1, true)]
    [InlineData((16 * Mebibyte) - 100, false)]
    [InlineData((16 * Mebibyte) - 100, true)]
    public async Task Point_50_More_than_a_megabyte_is_413_and_the_client_reads_it(int bytes, bool chunked)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        var (status, body) = await SendAsync(world, acme, bytes, chunked);

        Assert.Equal(413, status);
        Assert.Equal("413", (string?)body!["status"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Point_50_Exactly_a_megabyte_is_read(bool chunked)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        var (status, body) = await SendAsync(world, acme, Mebibyte, chunked);

        Assert.Equal((400, "invalidSyntax"), (status, (string?)body!["scimType"]));
    }

    [Fact]
    public async Task Point_50_Beyond_sixteen_megabytes_the_server_may_hang_up_and_lives_on()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        try
        {
            var (status, _) = await SendAsync(world, acme, 40 * Mebibyte, chunked: true);
            Assert.Equal(413, status);
        }
        catch (IOException)
        {
            // The server closed the connection while the client was writing.
        }

        Assert.Equal(0, (await acme.GetAsync("/Users")).Total);
    }

    private static async Task<(int Status, JsonNode? Body)> SendAsync(ScimWorld world, ScimClient client, int bytes, bool chunked)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(world.Address.Host, world.Address.Port, ScimWorld.Token);
        await using var stream = socket.GetStream();
        var length = chunked ? "Transfer-Encoding: chunked" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {bytes}");
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {client.Path}/Users HTTP/1.1\r\nHost: {world.Address.Authority}\r\nAuthorization: Bearer {client.Token}\r\nContent-Type: application/scim+json\r\nConnection: close\r\n{length}\r\n\r\n"),
            ScimWorld.Token);
        var part = Encoding.ASCII.GetBytes(new string('[', 64 * 1024));
        for (var left = bytes; left > 0; left -= part.Length)
        {
            var now = Math.Min(left, part.Length);
            if (chunked)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{now:x}\r\n")), ScimWorld.Token);
            }

            await stream.WriteAsync(part.AsMemory(0, now), ScimWorld.Token);
            await stream.WriteAsync(chunked ? "\r\n"u8.ToArray() : [], ScimWorld.Token);
        }

        await stream.WriteAsync(chunked ? "0\r\n\r\n"u8.ToArray() : [], ScimWorld.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(ScimWorld.Token);
        return (int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture), JsonNode.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..]));
    }
}
