//! The names that public transformers have.

use crate::model::naming::Naming;

/// timm's, torchvision's, and those of PyTorch's encoder.
pub(super) const ALL: &[Naming] = &[
    Naming { rules: &[] },
    Naming {
        rules: &[
            ("patch_embed.proj", "conv_proj"),
            ("cls_token", "class_token"),
            ("pos_embed", "encoder.pos_embedding"),
            ("blocks.*.norm1", "encoder.layers.encoder_layer_*.ln_1"),
            (
                "blocks.*.attn.qkv.weight",
                "encoder.layers.encoder_layer_*.self_attention.in_proj_weight",
            ),
            (
                "blocks.*.attn.qkv.bias",
                "encoder.layers.encoder_layer_*.self_attention.in_proj_bias",
            ),
            (
                "blocks.*.attn.qkv",
                "encoder.layers.encoder_layer_*.self_attention.in_proj",
            ),
            (
                "blocks.*.attn.proj",
                "encoder.layers.encoder_layer_*.self_attention.out_proj",
            ),
            ("blocks.*.norm2", "encoder.layers.encoder_layer_*.ln_2"),
            ("blocks.*.mlp.fc1", "encoder.layers.encoder_layer_*.mlp.0"),
            ("blocks.*.mlp.fc2", "encoder.layers.encoder_layer_*.mlp.3"),
            ("norm", "encoder.ln"),
            ("head", "heads.head"),
        ],
    },
    Naming {
        rules: &[
            (
                "blocks.*.attn.qkv.weight",
                "transformer.layers.*.self_attn.in_proj_weight",
            ),
            (
                "blocks.*.attn.qkv.bias",
                "transformer.layers.*.self_attn.in_proj_bias",
            ),
            (
                "blocks.*.attn.qkv",
                "transformer.layers.*.self_attn.in_proj",
            ),
            (
                "blocks.*.attn.proj",
                "transformer.layers.*.self_attn.out_proj",
            ),
            ("blocks.*.mlp.fc1", "transformer.layers.*.linear1"),
            ("blocks.*.mlp.fc2", "transformer.layers.*.linear2"),
            ("blocks.*.norm1", "transformer.layers.*.norm1"),
            ("blocks.*.norm2", "transformer.layers.*.norm2"),
            ("norm", "mlp_head.0"),
            ("head", "mlp_head.1"),
        ],
    },
];
