//! What is written once for every list of measures.

/// An enum of measures with the texts of each, `ALL` of them, and one more thing that a list tells of each.
macro_rules! measures {
    (
        $(#[$about:meta])* $name:ident, $(#[$told:meta])* $more:ident: $type:ty;
        $($variant:ident $id:literal $title:literal $unit:literal $value:tt $latex:literal $formula:literal $help:literal;)*
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $(#[doc = $formula] #[serde(rename = $id)] $variant,)*
        }

        /// Every measure, in the order of files and tables.
        pub const ALL: &[$name] = &[$($name::$variant,)*];

        impl $name {
            /// The name in JSON, files and addresses.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The name on axes.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The unit, empty where there is none.
            pub fn unit(self) -> &'static str {
                match self { $(Self::$variant => $unit,)* }
            }

            /// The definition as LaTeX, to be typeset.
            pub fn latex(self) -> &'static str {
                match self { $(Self::$variant => $latex,)* }
            }

            /// The definition in plain text, where nothing typesets it. It says what [`Self::latex`] says.
            pub fn formula(self) -> &'static str {
                match self { $(Self::$variant => $formula,)* }
            }

            /// What it tells the reader.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }

            $(#[$told])*
            pub fn $more(self) -> $type {
                match self { $(Self::$variant => $value,)* }
            }

            /// The measure with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

pub(crate) use measures;
