using System.Globalization;
using System.Text;
using EncryptionService.Provisioning.Admin.Qr;
using Microsoft.AspNetCore.Html;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>A QR code as an SVG picture in the page: attributes only, so that the policy holds.</summary>
internal static class QrSvg
{
    private const int Quiet = 4;

    /// <summary>The picture.</summary>
    /// <param name="text">What it says. It is a secret: the picture is never kept.</param>
    /// <param name="title">What it is, for whoever cannot see it. MUST be a constant: it is written as it is.</param>
    public static IHtmlContent Of(string text, string title)
    {
        var code = QrCode.Of(Encoding.UTF8.GetBytes(text));
        var path = new StringBuilder();
        for (var y = 0; y < code.Size; y++)
        {
            for (var x = 0; x < code.Size; x++)
            {
                var start = x;
                while (x < code.Size && code[x, y])
                {
                    x++;
                }

                if (x > start)
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{start + Quiet} {y + Quiet}h{x - start}v1h-{x - start}z");
                }
            }
        }

        var whole = code.Size + (2 * Quiet);
        return new HtmlString(string.Create(
            CultureInfo.InvariantCulture,
            $"<svg class=\"qr\" viewBox=\"0 0 {whole} {whole}\" width=\"208\" height=\"208\" role=\"img\" aria-label=\"{title}\" shape-rendering=\"crispEdges\"><rect width=\"{whole}\" height=\"{whole}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"));
    }
}
